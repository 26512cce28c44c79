"""The reference says what the code says."""

import re

import pytest

from docs.generate import REFERENCE, build_pages
from netglass.vocab.setting import SETTINGS
from tests.docs.page import ROOT

PAGES = build_pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_gives(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name], "run `make reference`"


def test_the_index_names_every_page() -> None:
    index = (REFERENCE / "index.md").read_text(encoding="utf-8")
    assert [page.name for page in REFERENCE.glob("*.md") if f"({page.name})" not in index] == ["index.md"]


def test_every_setting_is_used_and_every_used_one_is_a_setting() -> None:
    table = ROOT / "src/netglass/vocab/setting.py"
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py") if path != table]
    used = {name for text in sources for name in re.findall(r"\bNETGLASS_[A-Z0-9_]+", text)}
    assert used == {setting.name for setting in SETTINGS}
