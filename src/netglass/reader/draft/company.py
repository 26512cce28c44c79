"""Companies: what a text says that they did, would do, or promised, by a table of acts."""

import re
from collections.abc import Iterator

from netglass.reader.document import Span
from netglass.reader.draft.finding import Finding, Found, Scene, make_date
from netglass.reader.draft.quantity import find_quantities
from netglass.reader.draft.speaker import find_country

_WHO = re.compile(
    r"\b(?:[A-Z][\w&-]+\s+){1,3}(?:Inc|Ltd|Corp|GmbH|LLC|PLC|AG)\b\.?|\b(?:[A-Z][\w&-]+\s+){1,2}(?:Telecom|Networks|Media|Mobile)\b|\b(?:Google|Facebook|Meta|Apple|Twitter|Microsoft|Yahoo|LinkedIn|YouTube|Telegram|WhatsApp|TikTok|Weibo|Tencent|Baidu)\b"
    r"|\b(?:(?:foreign|technology|tech|internet|social[- ]media|web|telecom\w*|global|western|local|domestic|online)\s+)*(?:companies|firms|platforms|providers|operators|carriers|hosts)\b",
)

ACTS = (
    ("company.apps", "app_removal", r"\b(?:withdr[ae]w|remov|pull|delet|delist)\w*\s+(?:[\w-]+\s+){0,4}?apps?\b"),
    ("company.accounts", "account_suspension", r"\b(?:suspend|clos|ban|delet|disabl)\w*\s+(?:[\w-]+\s+){0,4}?accounts?\b"),
    ("company.takedown", "takedown", r"\b(?:remov|delet|took down|tak(?:e|es|en|ing) down|withheld|censor)\w*\b"),
    ("company.search", "search_filtering", r"\bfilter\w*\s+(?:[\w-]+\s+){0,3}?(?:search|results)\b"),
    ("company.geoblock", "geoblocking", r"\b(?:geo-?block|block)\w*\b(?! by)"),
    ("company.location", "data_location", r"\b(?:stor|keep|mov)\w*\s+(?:[\w-]+\s+){0,3}?data\s+(?:inside|in|within|on)\b"),
    ("company.disclosure", "data_disclosure", r"\b(?:hand|handed|handing|turn\w*|g[ai]ve)\s+(?:over\s+)?(?:[\w-]+\s+){0,3}?(?:data|records|identit\w+|logs)\b"),
    ("company.refusal", "refusal", r"\b(?:refus|declin|resist)\w*\s+(?:to\s+)?\w+"),
    ("company.exit", "service_withdrawal", r"\b(?:withdr[ae]w|pull(?:ed)? out|left|leave|exit)\w*\s+(?:from\s+)?(?:the\s+)?(?:country|market|\w+ market)\b"),
    ("company.market", "market_entry", r"\bcompromis\w+\b|\bto\s+(?:gain|keep|win|get)\s+access\s+to\b|\benter\w*\s+(?:the\s+)?(?:[\w’']+\s+)?market\b"),
)  # fmt: skip
"""Rule, type of conduct and wording; the first that fits."""

_PATTERNS = [(id, type_, re.compile(pattern, re.IGNORECASE)) for id, type_, pattern in ACTS]
_PROMISE = re.compile(r"\b(?:have |has |had )?(?:promis|pledg|committ|agreed|signed up|vow)\w*\b", re.IGNORECASE)
_OBLIGED = re.compile(r"\b(?:requir|oblig|order|forc|compel|let|lets|allow|must|shall|told)\w*\b", re.IGNORECASE)
_REACH = 50
"""Characters from a company to what it did at most. **Source**: design choice, on the passages for tuning."""


def read_companies(scene: Scene) -> list[Finding]:
    """Return the companies of which a text tells an act or a promise. What a rule obliges them to do is no act of theirs."""
    return [finding for sentence in scene.sentences for finding in _read_sentence(scene, sentence.span)]


def _read_sentence(scene: Scene, sentence: Span) -> Iterator[Finding]:
    for who in _WHO.finditer(scene.text, *sentence):
        act = _find_act(scene.text, who.end(), sentence.end)
        if (
            act is None
            or _OBLIGED.search(scene.text, max(sentence.start, who.start() - 40), who.start())
            or _OBLIGED.search(scene.text, who.end(), act[2].start)
        ):
            continue
        rule, type_, what = act
        promise = _PROMISE.search(scene.text, who.end(), what.start)
        lead = re.match(r"(?:Two|Three|Some|Many|All|The)\s+", who[0])
        name = Span(who.start() + (lead.end() if lead else 0), who.end())
        when = scene.find_when(sentence, what.start)
        fields = [Found("name", scene.cut(name), name, 0.8)]
        if promise:
            fields += [
                Found(
                    "commitments.commitment-1.summary",
                    f"Promised something about {type_.replace('_', ' ')}.",
                    Span(promise.start(), what.end),
                    0.2,
                ),
                *make_date("commitments.commitment-1.date", when),
            ]
        else:
            fields += [
                Found("conduct.conduct-1.type", type_, what, 0.7),
                Found(
                    "conduct.conduct-1.summary",
                    f"Is said to have acted or to be about to act: {type_.replace('_', ' ')}.",
                    Span(name.start, what.end),
                    0.2,
                ),
                *make_date("conduct.conduct-1.date", when),
                *_count(scene, what, sentence, type_),
            ]
        yield Finding(
            "company",
            rule,
            name,
            0.7,
            tuple(fields),
            (scene.cut(name).lower(), type_),
            find_country(scene.text, sentence),
        )


def _find_act(text: str, start: int, stop: int) -> tuple[str, str, Span] | None:
    found = [
        (match.start(), id, type_, Span(*match.span()))
        for id, type_, pattern in _PATTERNS
        if (match := pattern.search(text, start, min(stop, start + _REACH + 30))) and match.start() - start <= _REACH
    ]
    return min(found, key=lambda item: item[0])[1:] if found else None


def _count(scene: Scene, what: Span, sentence: Span, type_: str) -> list[Found]:
    if type_ not in ("takedown", "account_suspension", "data_disclosure", "geoblocking"):
        return []
    near = [
        item
        for item in find_quantities(scene.text, Span(what.start, min(sentence.end, what.end + 20)))
        if not item.is_share
    ]
    return (
        [Found("conduct.conduct-1.count", int(near[0].value), near[0].span, 0.7)]
        if near and near[0].value == int(near[0].value)
        else []
    )
