"""Numbers that a text tells of the internet, and promises with a number, a whole or a deadline."""

import re
from collections.abc import Iterator

from netglass.reader.document import Span
from netglass.reader.draft.finding import Finding, Found, Scene, make_date
from netglass.reader.draft.quantity import QUANTITY, find_quantities, read_quantity
from netglass.reader.draft.speaker import find_country, find_speakers

_THINGS = (
    r"users?|subscribers?|subscriptions?|netizens|web ?sites?|sites|web ?pages?|domain names?|domains|accounts?|households?|villages?|schools?|connections?"
    r"|base stations?|requests?|complaints?|posts?|videos?|apps?|takedowns?|shutdowns?|outages?|lines?|servers?|homes|networks?"
)
_KIND = r"internet|web|online|mobile|broadband|fixed|registered|blocked|smartphone|4G|5G|social[- ]media|active|phone|illegal|foreign|domain"
_COUNTED = re.compile(
    rf"(?<![\w.,])(?:{QUANTITY})\s+(?P<of>of\s+(?:the\s+|all\s+|its\s+)?)?(?P<unit>(?:(?:{_KIND})\s+)*(?:{_THINGS}))\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"users?|subscri|netizens|web ?sites?|web ?pages?|domain|connections?|base stations?|takedowns?|shutdowns?|outages?",
    re.IGNORECASE,
)
_ONLINE = re.compile(
    r"internet|broadband|\bweb\b|online|\b[345]G\b|mobile|connect|network|digital|data|site", re.IGNORECASE
)
_ACT = re.compile(
    r"\b(?:removed|took down|withdrew|deleted|handed over|blocked|suspended)\s+(?:\w+\s+)?$", re.IGNORECASE
)

_PROMISE = re.compile(
    r"\b(?P<verb>promis(?:ed|es|ing)|pledg(?:ed|es|ing)|vow(?:ed|s|ing)?|committed|undertook|commits|aims?|plans?|intends?|will|target)\b(?:\s+itself)?\s+(?:to\s+)?(?P<what>[^.;]+)",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"\b(?:by|before|no later than|until)\s+(?:the\s+end\s+of\s+)?(?:\w+\s+)?(?P<year>20\d\d)\b|\bwithin\s+(?P<span>\w+\s+(?:years?|months?))\b|\bby the end of (?:the|this|next) (?:year|decade)",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?:(?:all|every|each)\s+(?:of\s+the\s+)?|universal\s+|full\s+)(?P<unit>(?:\w+\s+){0,2}?(?:villages?|schools?|households?|homes?|citizens?|towns?|districts?|people|regions?|hospitals?|coverage|access))\b",
    re.IGNORECASE,
)
_CEILING = re.compile(r"\b(?:no|not) more than\b|\bat most\b|\bbelow\b|\bunder\b|\bless than\b", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:in|within|across|throughout)\s+(?:the\s+)?(?P<place>country|nation|province|region|[A-Z]\w+(?:\s[A-Z]\w+)?)\b"
)


def read_figures(scene: Scene) -> list[Finding]:
    """Return the pledges and indicators of a text; a number that is promised is no indicator."""
    pledges = [pledge for sentence in scene.sentences for pledge in _read_pledges(scene, sentence.span)]
    taken = [pledge.span for pledge in pledges]
    indicators = [item for sentence in scene.sentences for item in _read_indicators(scene, sentence.span, taken)]
    return [*pledges, *indicators]


def _read_indicators(scene: Scene, sentence: Span, taken: list[Span]) -> Iterator[Finding]:
    for found in _COUNTED.finditer(scene.text, *sentence):
        span = Span(*found.span())
        if any(span.start < other.end and other.start < span.end for other in taken) or _ACT.search(
            scene.text[sentence.start : span.start]
        ):
            continue
        if not (_PLAIN.search(found["unit"]) or _ONLINE.search(scene.cut(sentence))) or (
            found["of"] and not found["share"]
        ):
            continue
        quantity = read_quantity(found)
        unit_span = Span(found.start("unit") if not quantity.is_share else quantity.span.end - 1, found.end("unit"))
        unit = " ".join(found["unit"].split())
        fields = [
            Found(
                "title",
                f"Share of {unit}" if quantity.is_share else f"Number of {unit}",
                Span(*found.span("unit")),
                0.6,
            ),
            Found(
                "unit",
                f"percent of {unit}" if quantity.is_share else unit,
                unit_span if not quantity.is_share else span,
                0.8,
            ),
            Found("values.0.value", quantity.value, quantity.span, 0.9),
            *make_date("values.0.date", scene.find_when(sentence, span.start), 0.7),
        ]
        rule = "indicator.share" if quantity.is_share else "indicator.count"
        yield Finding(
            "indicator",
            rule,
            span,
            0.8,
            tuple(fields),
            (unit.lower(), str(quantity.value)),
            find_country(scene.text, sentence),
        )


def _read_pledges(scene: Scene, sentence: Span) -> Iterator[Finding]:
    for found in _PROMISE.finditer(scene.text, *sentence):
        what = Span(*found.span("what"))
        deadline = _DEADLINE.search(scene.text, *what)
        target = _find_target(scene.text, Span(what.start, deadline.start() if deadline else what.end))
        if target is None or (
            deadline is None and not re.match(r"promis|pledg|vow|commit", found["verb"], re.IGNORECASE)
        ):
            continue
        value, unit, where = target
        span = Span(what.start, deadline.end() if deadline else where.end)
        if not _ONLINE.search(scene.cut(span)):
            continue
        ceiling = _CEILING.search(scene.text, *span)
        fields = [
            Found("summary", f"Promises {'at most' if ceiling else 'at least'} {value:g} {unit}.", span, 0.3),
            Found("measure", unit.removeprefix("percent of "), where, 0.5),
            Found("target", value, where, 0.7),
            Found("unit", unit, where, 0.7),
            *make_date("made", scene.find_when(Span(sentence.start, what.start), found.start()), 0.7),
        ]
        if ceiling:
            fields.append(Found("direction", "at_most", Span(*ceiling.span()), 0.8))
        if deadline:
            place = Span(*deadline.span("year")) if deadline["year"] else Span(*deadline.span())
            fields.append(Found("deadline", deadline["year"], place, 0.9, None if deadline["year"] else deadline[0]))
        if scope := _PLACE.search(scene.text, *span):
            fields.append(Found("scope", scope["place"], Span(*scope.span("place")), 0.6))
        speakers = [item for item in find_speakers(scene, sentence) if item.span.end <= found.start()]
        yield Finding(
            "pledge",
            "pledge.promise",
            span,
            0.8,
            tuple(fields),
            cc=speakers[-1].cc if speakers else find_country(scene.text, sentence),
        )
        return


def _find_target(text: str, span: Span) -> tuple[float, str, Span] | None:
    """Return value, unit and place of what is promised: a share, a whole, or a number of things."""
    for quantity in find_quantities(text, span):
        after = re.compile(
            r"\s+(?:of\s+(?:the\s+|all\s+)?)?(?P<unit>[a-z-]+(?:\s(?!(?:in|by|the|of|at|on|for|to|and|from|before)\b)[a-z-]+){0,2})"
        ).match(text, quantity.span.end, span.end)
        if after and (quantity.is_share or re.search(_THINGS, after["unit"], re.IGNORECASE)):
            unit = after["unit"].strip()
            return (
                quantity.value,
                f"percent of {unit}" if quantity.is_share else unit,
                Span(quantity.span.start, after.end("unit")),
            )
    whole = _WHOLE.search(text, *span)
    if whole:
        return 100.0, f"percent of {whole['unit']}", Span(*whole.span())
    return None
