"""Amending texts: which articles of which law an item changes, and how.

Such a text (刑法修正案（九）) consists of items that say 将…第五十条第一款修改为, 在…第三十七条后增加一条 or 删去…第一百九十九条.
"""

import re
from dataclasses import dataclass

from netglass.reader.document import Span
from netglass.reader.numeral import CHINESE, normalise_number, parse_chinese
from netglass.reader.provision import Provision, Structure

_N = f"[{CHINESE}\\d]+"
_ARTICLE = f"第(?P<number>{_N})条(?:之(?P<inserted>{_N}))?(?:第(?P<paragraph>{_N})款)?"
_ZH = re.compile(
    f"(?:(?P<delete>删去|删除)|(?P<lead>将|在|对)|(?=.{{0,20}}?第{_N}条[^，。]*修改为))(?:《)?(?P<law>[^第《》，。；“”]{{0,30}}?)(?:》)?{_ARTICLE}"
    "(?P<act>[^“”。]*?(?:修改为|后增加|中增加|增加)|)"
)
_EN = re.compile(
    r"(?P<unit>Article|Section)\s+(?P<number>\d+[A-Za-z]?)(?:\((?P<paragraph>\d+)\))?(?:\s+of\s+(?P<law>[^,;:]{3,80}?))?\s+"
    r"(?:is|are|shall be)\s+(?:hereby\s+)?(?P<act>amended|replaced|deleted|repealed|inserted)",
)
_NEW = re.compile(f"作为(?:第(?P<number>{_N})条)?(?:之(?P<inserted>{_N}))?(?:第(?P<paragraph>{_N})款)?")


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change to another law: ``action`` is changed, added or removed; ``locator`` names what is changed or new there."""

    item: str
    law: str
    action: str
    locator: str
    source: Span


def find_amendments(structure: Structure) -> list[Amendment]:
    """Return what each provision of an amending text does to other texts, in its order."""
    return [made for provision in structure.provisions if (made := _read(structure, provision))]


def _read(structure: Structure, provision: Provision) -> Amendment | None:
    head = re.split('[“"]', provision.text, maxsplit=1)[0]
    found = _ZH.match(head) if structure.document.language == "zh" else _EN.search(head)
    if not found or not (found["act"] or found["delete"] if structure.document.language == "zh" else found["act"]):
        return None
    start = provision.body.start
    source = structure.document.find_source(Span(start + found.start(), start + found.end()))
    law = (found["law"] or "").strip()
    if structure.document.language == "en":
        locator = f"{'art.' if found['unit'] == 'Article' else 'sec.'} {found['number'].lower()}"
        locator += f" para. {found['paragraph']}" if found["paragraph"] else ""
        action = {"inserted": "added", "deleted": "removed", "repealed": "removed"}.get(found["act"], "changed")
        return Amendment(provision.locator, law, action, locator, source)
    added = "增加" in found["act"]
    new = _NEW.search(head) if added else None
    action = "removed" if found["delete"] else "added" if added else "changed"
    return Amendment(provision.locator, law, action, _locate(new, found) if new else _locate(found), source)


def _locate(found: re.Match[str], place: re.Match[str] | None = None) -> str:
    """Return the locator of an article in Chinese; 作为第二款 has no article of its own and means that of ``place``."""
    article = found if found["number"] else place or found
    text = f"art. {normalise_number(article['number'], article['inserted'])}"
    return f"{text} para. {parse_chinese(found['paragraph'])}" if found["paragraph"] else text
