"""People in a text, by the shape of their names, and which of them hold an office of state.

Names are found to be hidden. Only heads of state and government, ministers and spokespersons keep theirs, as in the register; whoever
is near a fact of detention or trial is found more eagerly still, for there a word too much that is hidden does no harm.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netglass.reader.document import Span
from netglass.reader.draft.lexicon import CALENDAR, COMMON, COUNTRY, INSTITUTION, STARTERS
from netglass.reader.draft.sentence import Sentence

_WORD = r"[^\W\d_a-z][^\W\d_]*(?:[’'-][^\W\d_]+)*"
_SEQUENCE = re.compile(
    rf"{_WORD}(?:(?:\s+(?:[A-Z]\.\s*)+)?\s+(?:(?:de|da|del|van|von|der|bin|ibn|al|el|la|du|den)\s+)?{_WORD}){{0,4}}"
)
_TITLED = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Lady|Judge|Father|Imam|Blogger|Activist|Journalist)\.?\s+(?P<name>{_WORD}(?:\s+{_WORD}){{0,3}})"
)
_HANDLE = re.compile(r"(?<![\w.])@(?P<name>\w{2,})")
_KNOWN_AS = re.compile(
    r"(?:known|writing|posting|tweeting|blogging|writes|posts)(?:\s+online)?\s+(?:as|under(?:\s+the\s+\w+)?)\s+[“\"'‘]?(?P<name>[\w.-]+(?:\s[\w.-]+)??)(?=[”\"'’]|[\s,.;]|$)"
    r"|\b(?:named|called|nicknamed|user|handle|pseudonym|account)\s+[“\"'‘]?(?P<name2>[\w.-]*[A-Z\d_][\w.-]*|(?<=[“\"'‘])[\w.-]+)"
)
_CALLED = re.compile(
    r"\b(?:blogger|writer|poet|lawyer|journalist|activist|teacher|student|editor|reporter|professor|doctor|artist|user|priest|monk|singer|publisher)\s+"
    r"(?P<name>(?!(?:from|in|of|at|who|and|with|for|on)\b)[\w-]+(?:\s(?!(?:was|is|has|had|from|in|of|at|who)\b)[\w-]+){0,2})\s+(?:was|is|has|had|got|faces)\b"
)
_POSSESSIVE = re.compile(r"[’']s?$")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方"
    "白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤浦"
)
_ZH_NAME = re.compile(
    rf"(?:被告人|犯罪嫌疑人|罪犯|律师|记者|网民|博主|作家|教授)(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?=[，。、（(因犯被于在的以说]|$)"
    rf"|(?:^|[，。；：\s])(?P<name2>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=(?:因[^，。]{{1,20}})?被(?:判|捕|拘|抓|诉|逮|刑))"
)

NAMED_OFFICES = (
    ("head_of_state", r"[Pp]resident|[Kk]ing|[Qq]ueen|[Ee]mir|[Ss]ultan|[Ss]upreme [Ll]eader|[Hh]ead of [Ss]tate"),
    ("head_of_government", r"[Pp]rime [Mm]inister|[Pp]remier|[Cc]hancellor|[Hh]ead of [Gg]overnment"),
    ("minister", r"(?:[\w-]+\s)?[Mm]inister(?: (?:of|for) [\w ]{3,30}?)?"),
    (
        "spokesperson",
        r"[Ss]pokes(?:man|woman|person)(?: (?:of|for) (?:the )?[\w’' ]{3,40}?(?=\s(?:said|told|says)\b|[,.”\"]|$))?",
    ),
)
"""Offices whose holders speak for a state by name, with their role in the register."""

_FORMER = re.compile(r"(?:\b(?:former|ex|late|deposed|jailed|detained|vice|deputy)[\s-]+)(?:\w+\s+)?$", re.IGNORECASE)
_HOLDERS = [
    (role, re.compile(rf"\b(?P<office>{office})\s+(?P<name>{_WORD}(?:\s+{_WORD}){{0,2}})"))
    for role, office in NAMED_OFFICES
] + [
    (
        role,
        re.compile(rf"(?P<name>{_WORD}(?:\s+{_WORD}){{1,2}}),\s+(?:the\s+)?(?:\S+\s+)?(?P<office>{office})\b(?!’|')"),
    )
    for role, office in NAMED_OFFICES
]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who speaks for a state: role, the office as written and where, and the parts of the name."""

    role: str
    office: Span
    parts: frozenset[str]


def find_holders(text: str) -> list[Holder]:
    """Return those whom the text calls by an office of state and a name."""
    made: dict[tuple[str, frozenset[str]], Holder] = {}
    for role, pattern in _HOLDERS:
        for found in pattern.finditer(text):
            noun = found.end("office") - len(found["office"].split()[-1])
            if _FORMER.search(text[max(0, noun - 24) : noun]):
                continue
            parts = [part for part in _split_name(found["name"]) if not _is_ordinary(part)]
            if parts:
                holder = Holder(role, Span(*found.span("office")), frozenset(parts))
                made.setdefault((role, holder.parts), holder)
    return list(made.values())


def find_people(text: str, sentences: Iterable[Sentence]) -> set[str]:
    """Return what looks like a name of a person: two capitalised words or more, or what follows a title or an ``@``."""
    names = set()
    for pattern in (_TITLED, _HANDLE, _ZH_NAME):
        names |= {_get_name(found) for found in pattern.finditer(text)}
    for sentence in sentences:
        if not is_headline(text, sentence.span):
            names |= {" ".join(words) for words in list_sequences(text, sentence.span) if len(words) > 1}
    return {name for name in names if name}


def find_sure_names(text: str, span: Span) -> set[str]:
    """Return what is a name of a person by its form alone, for texts of law, where much is capitalised and nobody is named."""
    return {_get_name(found) for pattern in (_TITLED, _HANDLE, _ZH_NAME) for found in pattern.finditer(text, *span)}


def find_near_names(text: str, span: Span) -> set[str]:
    """Return every word of a passage that may be a name, for passages about what befell somebody."""
    names = {
        _get_name(found)
        for pattern in (_TITLED, _HANDLE, _KNOWN_AS, _CALLED, _ZH_NAME)
        for found in pattern.finditer(text, *span)
    }
    lower = set(re.findall(r"\b[a-z]{3,}\b", text)) if is_headline(text, span) else set()
    for words in list_sequences(text, span):
        kept = [word for word in words if word.lower() not in lower]
        if kept:
            names.add(" ".join(kept))
    return {name for name in names if name}


def list_sequences(text: str, span: Span) -> Iterator[list[str]]:
    """Yield the runs of capitalised words in a passage that are neither institutions nor countries nor days."""
    passage = text[span.start : span.end]
    for pattern in (INSTITUTION, COUNTRY):
        passage = pattern.sub(lambda found: "," * len(found[0]), passage)
    for found in _SEQUENCE.finditer(passage):
        opens = not passage[: found.start()].strip(" “\"‘'(«,")
        run: list[str] = []
        for place, word in enumerate(_split_name(found[0])):
            if (opens and place == 0 and word in STARTERS) or _is_ordinary(word):
                if run:
                    yield run
                run = []
            else:
                run.append(word)
        if run:
            yield run


def is_headline(text: str, span: Span) -> bool:
    """Return whether most words of a passage are capitalised, as in headlines."""
    words = re.findall(r"[^\W\d_]{4,}", text[span.start : span.end])
    return len(words) >= 3 and sum(word[0].isupper() for word in words) > 0.7 * len(words)


def _get_name(found: re.Match[str]) -> str:
    groups = found.groupdict()
    return " ".join(_split_name(groups.get("name") or groups.get("name2") or ""))


def _split_name(name: str) -> list[str]:
    words = [_POSSESSIVE.sub("", word.strip(".,")) for word in name.split()]
    return [word for word in words if word and len(word) > 1]


def _is_ordinary(word: str) -> bool:
    return word in CALENDAR or word in COMMON or word in STARTERS
