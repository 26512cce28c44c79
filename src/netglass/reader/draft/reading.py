"""One document to drafts: people and what befell them first, then every kind, then one gate through which all text leaves.

The same document gives the same drafts; only the salt of protected passages differs from run to run.
"""

import hashlib
import inspect
import re
import secrets
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from netglass.reader.document import Document, Span
from netglass.reader.draft.company import read_companies
from netglass.reader.draft.custody import Watch, hash_passage_with_salt, watch_text
from netglass.reader.draft.endorsement import read_endorsements
from netglass.reader.draft.figure import read_figures
from netglass.reader.draft.finding import Finding, Found, Scene, merge_findings
from netglass.reader.draft.incident import read_incidents
from netglass.reader.draft.instrument import read_instruments
from netglass.reader.draft.lexicon import COUNTRY, NAMES
from netglass.reader.draft.mask import Mask, compile_names, find_names, make_mask, make_plain
from netglass.reader.draft.model import FORM, Draft, Field, Origin, Protected, Reading, Unplaced
from netglass.reader.draft.person import find_holders, find_people
from netglass.reader.draft.sentence import Sentence, split_sentences
from netglass.reader.draft.speech import Speech, find_speeches, make_key, read_speeches
from netglass.reader.draft.statute import names_nobody, read_statute
from netglass.reader.draft.when import find_whens
from netglass.reader.provision import Structure, split_document
from netglass.register.partial_date import PartialDate

ORDER = ("source", "instrument", "statement", "claim", "pledge", "indicator", "endorsement", "company", "incident")
"""Kinds in the order in which drafts stand, so that what is named comes before what names it."""

READERS: tuple[Callable[[Scene], list[Finding]], ...] = (
    read_instruments,
    read_speeches,
    read_figures,
    read_endorsements,
    read_companies,
    read_incidents,
)
"""What is asked for the kinds, in this order, of a text that is no law itself."""


def read_drafts(
    document: Document,
    *,
    published: PartialDate | None = None,
    cc: str | None = None,
    sha256: str = "",
    draw: Callable[[int], str] = secrets.token_hex,
) -> Reading:
    """Read a document.

    Args:
        document: its text, with the way back to the original.
        published: anchors relative dates; without it they stay relative.
        cc: the country under which drafts are filed where their passage names none.
        sha256: of the file, by which a source record of it is known; that of its text where it is not given.
        draw: makes the salt of the run, for a number of bytes.
    """
    text = document.text
    sentences = split_sentences(text)
    structure = split_document(document)
    strict = names_nobody(structure)
    holders = find_holders(text)
    parts = frozenset(part for holder in holders for part in holder.parts)
    watch = watch_text(text, sentences, document.language, parts, strict=strict)
    plain = make_plain(text)
    if plain != text:  # a name with an invisible character in it is not seen as one
        watch.names.update(watch_text(plain, split_sentences(plain), document.language, parts, strict=strict).names)
    people = set() if strict else find_people(text, sentences)
    mask, names = _make_mask(text, sentences, watch, people, parts)
    if document.language == "zh" and watch.facts and not strict:  # names in Chinese are not found surely enough
        mask = make_mask(text, [Span(0, len(text))], [])
    clear = tuple(
        sentence for sentence in sentences if not mask.is_withheld(sentence.span) or _is_partly(watch, sentence)
    )
    scene = Scene(text, clear, tuple(item for item in holders if not _is_hidden(mask, item.office)), published)
    findings, loose = _find_all(document, scene, structure)
    salt = draw(16)
    gate = _Gate(document, mask, names, cc or _guess_country(text))
    drafts = gate.make_drafts([_describe_source(document, scene), *findings])
    used = [Span(0, len(text.partition("\n")[0])), *(finding.span for finding in findings)] + [
        span for finding in findings for span in finding.mentions
    ]
    return Reading(
        FORM,
        make_ruleset(),
        Origin(
            sha256 or hashlib.sha256(text.encode()).hexdigest(),
            document.language,
            document.ends[-1],
            str(published) if published else None,
            cc,
        ),
        salt,
        drafts,
        [_protect(document, number, fact, salt, published) for number, fact in enumerate(watch.facts, 1)],
        [*_list_unplaced(document, mask, sentences, used, loose)],
    )


def _guess_country(text: str) -> str | None:
    """Return the country that a text names most, the first of equals."""
    counts = Counter(NAMES[found[0]] for found in COUNTRY.finditer(text))
    return counts.most_common(1)[0][0] if counts else None


def make_ruleset() -> str:
    """Return a hash over the modules that hold the rules, so that drafts say by which rules they were made."""
    names = sorted(name for name in sys.modules if name.startswith("netglass.reader.draft."))
    sources = "".join(
        inspect.getsource(sys.modules[name]) for name in names if not name.endswith((".review", ".record"))
    )
    return hashlib.sha256(sources.encode()).hexdigest()[:16]


def _make_mask(
    text: str, sentences: list[Sentence], watch: Watch, people: set[str], holders: frozenset[str]
) -> tuple[Mask, list[re.Pattern[str]]]:
    """Return the mask of a text and the patterns of all names: a sentence that names one whom something befell is withheld whole."""
    victims = compile_names(watch.names)
    touched = [item.span for item in sentences if find_names(text[item.span.start : item.span.end], victims)]
    others = {name for name in people if not set(name.split()) & (holders - _split(watch.names))}
    names = [*victims, *compile_names(others)]
    return make_mask(text, [*watch.withheld, *touched], names), names


def _split(names: set[str]) -> frozenset[str]:
    return frozenset(part for name in names for part in name.split())


def _is_partly(watch: Watch, sentence: Sentence) -> bool:
    """Return whether only a clause of a sentence is withheld, so that the rest may be read."""
    inside = [item for item in watch.withheld if item.start >= sentence.span.start and item.end <= sentence.span.end]
    return bool(inside) and all(item != sentence.span for item in inside)


def _is_hidden(mask: Mask, span: Span) -> bool:
    return mask.is_withheld(span)


def _find_all(document: Document, scene: Scene, structure: Structure) -> tuple[list[Finding], list[Span]]:
    statute = read_statute(document, structure)
    if statute is not None:
        return [statute[0]], statute[1]
    found = [finding for reader in READERS for finding in reader(scene)] if document.language == "en" else []
    speeches = find_speeches(scene)
    return [_tie(scene, finding, found, speeches) for finding in merge_findings(found)], []


def _tie(scene: Scene, finding: Finding, found: list[Finding], speeches: list[Speech]) -> Finding:
    """Return a pledge with the statement that it was made in and its date; other findings as they are."""
    if finding.kind != "pledge":
        return finding
    speech = next((item for item in speeches if item.sentence.start <= finding.span.start < item.sentence.end), None)
    statement = speech and next(
        (item for item in found if item.kind == "statement" and item.key == make_key(scene, speech)), None
    )
    if statement is None:
        return finding
    made = [replace(item, path="made", confidence=0.5) for item in statement.fields if item.path == "date"]
    fields = finding.fields if any(item.path == "made" for item in finding.fields) else (*finding.fields, *made)
    return replace(finding, said_by=statement, fields=fields)


def _describe_source(document: Document, scene: Scene) -> Finding:
    title = Span(0, len(document.text.partition("\n")[0]))
    fields = [
        Found("title.official", document.text[: title.end], title, 0.6),
        Found("title.language", document.language, title, 0.7),
        *([Found("title.english", document.text[: title.end], title, 0.6)] if document.language == "en" else []),
    ]
    if scene.published:
        fields.append(Found("published", str(scene.published), title, 1.0))
    return Finding("source", "source.document", title, 0.6, tuple(fields))


class _Gate:
    """Makes drafts of findings. A field whose wording or value is hidden does not pass."""

    def __init__(self, document: Document, mask: Mask, names: list[re.Pattern[str]], cc: str | None) -> None:
        self._document, self._mask, self._names, self._cc = document, mask, names, cc

    def make_drafts(self, findings: list[Finding]) -> list[Draft]:
        """Return the drafts in the order of kinds and of the text; what has no field left is dropped."""
        ordered = sorted(findings, key=lambda item: (ORDER.index(item.kind), item.span))
        made: list[tuple[Finding, Draft]] = []
        ids: dict[tuple[str, tuple[str, ...] | Span], str] = {}
        for finding in ordered:
            fields = [field for found in finding.fields if (field := self._make_field(found))]
            if finding.kind != "source" and not (fields and self._mask.is_clear(finding.span)):
                continue
            id = f"{finding.kind}-{sum(item.kind == finding.kind for item, _ in made) + 1}"
            ids[id_of(finding)] = id
            said = finding.said_by and ids.get(id_of(finding.said_by))
            mentions = [self._document.find_source(span) for span in finding.mentions if self._mask.is_clear(span)]
            made.append((finding, Draft(
                id, finding.kind, finding.cc or self._cc, finding.rule, finding.confidence,
                self._document.find_source(finding.span), fields, None, mentions, said or None,
            )))  # fmt: skip
        return [draft for _, draft in made]

    def _make_field(self, found: Found) -> Field | None:
        if not self._mask.is_clear(found.span):
            return None
        quote = self._document.text[found.span.start : found.span.end]
        if any(find_names(word, self._names) for word in _list_words(found.value)):
            return None
        source = self._document.find_source(found.span)
        return Field(found.path, found.value, source, quote, round(found.confidence, 2), found.relative)


def id_of(finding: Finding) -> tuple[str, tuple[str, ...] | Span]:
    """Return what tells a finding from others: of what kind it is, and by what or where it is known."""
    return finding.kind, finding.key or finding.span


def _list_words(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []


def _protect(document: Document, number: int, fact: Any, salt: str, published: PartialDate | None) -> Protected:
    passage = document.text[fact.span.start : fact.span.end]
    years = {when.value.year for when in find_whens(document.text, fact.span, published) if when.value}
    return Protected(
        f"case-{number}", fact.rule.fact, fact.accusation, fact.rule.id, fact.rule.confidence,
        document.find_source(fact.span), hash_passage_with_salt(passage, salt), max(years, default=published.year if published else None),
    )  # fmt: skip


def _list_unplaced(
    document: Document, mask: Mask, sentences: list[Sentence], used: list[Span], loose: list[Span]
) -> Iterator[Unplaced]:
    spans = loose or [sentence.span for sentence in sentences]
    for span in spans:
        if any(span.start < other.end and other.start < span.end for other in used) and not loose:
            continue
        shown = mask.show(span)
        source = document.find_source(span)
        if shown is None:
            yield Unplaced(source, "withheld: about a person")
        elif re.search(r"\w", shown):
            yield Unplaced(source, "about nothing of the register" if loose else "no rule took it", shown)
