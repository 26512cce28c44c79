"""Links within the documentation lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.docs.page import ROOT, list_pages, read_prose

_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")


def read_anchors(page: Path) -> set[str]:
    """Return the anchors of a page: its headings as forges and site builders write them."""
    headings = re.findall(r"^#+ +(.+?)\s*$", read_prose(page), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {text.strip().replace(" ", "-") for text in plain}


@pytest.mark.parametrize("page", list_pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_resolve(page: Path) -> None:
    broken = []
    for found in _LINK.finditer(read_prose(page)):
        address, _, anchor = found["target"].partition("#")
        if "://" in address or address.startswith("mailto:"):
            continue
        target = (page.parent / address).resolve() if address else page
        if not target.exists() or (anchor and anchor not in read_anchors(target)):
            broken.append(found["target"])
    assert broken == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        for found in _LINK.finditer(read_prose(page)):
            target = (page.parent / found["target"].partition("#")[0]).resolve()
            waiting += [target] if target.is_file() else []
    pages = {page for page in list_pages() if page.parent.name != "changelog.d"}
    assert sorted(str(page.relative_to(ROOT)) for page in pages - seen) == []
