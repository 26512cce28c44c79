"""Locators: ``art. 25``, ``art. 25 para. 2``, ``sec. 3(a)``, ``chars 120-180`` or 第二十五条第二款, and the passage that each names.

A number is matched in its normal form, so ``art. 120-1``, ``第一百二十条之一`` and ``Article IV`` are understood as well.
"""

import re
from typing import NamedTuple

from netglass.reader.document import Document, Span
from netglass.reader.numeral import CHINESE, normalise_number
from netglass.reader.provision import SHORT, Provision, Structure, split_document
from netglass.vocab.error import InputError, UsageError

_KINDS = (
    {short.rstrip("."): kind for kind, short in SHORT.items()}
    | {kind: kind for kind in SHORT}
    | {"§": "section", "no": "item"}
)
_CHARS = re.compile(r"chars?\.?\s*(?P<start>\d+)\s*[-–]\s*(?P<end>\d+)", re.IGNORECASE)
_UNIT = re.compile(r"(?P<kind>[A-Za-z§]+)\.?\s*(?P<number>\d+(?:-\d+)?[A-Za-z]{0,2}|[IVXLC]+)\b", re.IGNORECASE)
_STEP = re.compile(
    r"[,;]?\s*(?:(?P<name>para|paragraph|item|point|lit|letter)\.?\s*\(?(?P<label>\d+|[a-z]{1,5})\)?|\((?P<bracket>\d+|[a-z]{1,5})\))",
    re.IGNORECASE,
)
_ZH_UNIT = re.compile(f"第(?P<number>[{CHINESE}\\d]+)条(?:之(?P<inserted>[{CHINESE}\\d]+))?")
_ZH_STEP = re.compile(f"第[（(]?(?P<label>[{CHINESE}\\d]+)[）)]?(?P<name>款|项)")


_STEPS = {"款": "para", "para": "para", "paragraph": "para"}


class Passage(NamedTuple):
    """What a locator names: the text, and its characters in the original."""

    text: str
    source: Span


class Step(NamedTuple):
    """One step into a provision: ``para`` or ``item`` (or, where not said, whichever is first) and a label."""

    name: str
    label: str


def find_passage(document: Document | Structure, locator: str) -> Passage:
    """Return the passage that ``locator`` names. The label of the provision itself is no part of it.

    Args:
        document: a document, or its structure where many passages are asked for.
        locator: as in the head of this module; ``chars`` counts characters of the original from 0, the end left out.

    Raises:
        UsageError: the locator is not understood.
        InputError: the document has no such passage.
    """
    if isinstance(document, Document):
        document = split_document(document)
    if found := _CHARS.fullmatch(locator.strip()):
        return _cut_chars(document.document, Span(int(found["start"]), int(found["end"])), locator)
    kind, number, steps = _parse(locator)
    for provision in document.provisions:
        if (provision.kind, provision.number) == (kind, number):
            span = _descend(provision, steps)
            if span is not None:
                return Passage(document.document.text[span.start : span.end], document.document.find_source(span))
    raise InputError(f"{document.document.name}: there is no {locator!r}; it has {_describe(document)}")


def _cut_chars(document: Document, source: Span, locator: str) -> Passage:
    length = document.ends[-1]
    if not source.start < source.end <= length:
        raise InputError(f"{document.name}: there is no {locator!r}; the text ends at character {length}")
    span = document.find_text(source)
    return Passage(document.text[span.start : span.end], source)


def _parse(locator: str) -> tuple[str, str, list[Step]]:
    text = locator.strip()
    if found := _ZH_UNIT.match(text):
        kind, number, step = "article", normalise_number(found["number"], found["inserted"]), _ZH_STEP
    elif (found := _UNIT.match(text)) and found["kind"].lower() in _KINDS:
        kind, number, step = _KINDS[found["kind"].lower()], normalise_number(found["number"]), _STEP
    else:
        raise _misread(locator)
    steps, at = [], found.end()
    while at < len(text):
        found = step.match(text, at)
        if not found or found.end() == at:
            raise _misread(locator)
        named = found.groupdict()
        name, label = (named["name"] or "").lower(), named["label"] or named["bracket"]
        steps.append(Step(_STEPS.get(name, "item") if name else "", normalise_label(label)))
        at = found.end()
    return kind, number, steps


def normalise_label(label: str) -> str:
    """Return the label of a paragraph or item in one form; a letter stays a letter, for (i) may be the ninth."""
    return label.lower() if label.isascii() else normalise_number(label)


def _misread(locator: str) -> UsageError:
    return UsageError(
        f"locator {locator!r} is not understood: write art. 25, art. 25 para. 2, sec. 3(a), rec. 4 or chars 120-180"
    )


def _descend(provision: Provision, steps: list[Step]) -> Span | None:
    span, paragraphs, items = (
        provision.body,
        provision.paragraphs,
        tuple(i for p in provision.paragraphs for i in p.items),
    )
    for name, label in steps:
        paragraph = next((p for p in paragraphs if p.label == label), None) if name != "item" else None
        item = next((i for i in items if i.label == label), None) if name != "para" else None
        if paragraph is not None:
            span, paragraphs, items = paragraph.span, (), paragraph.items
        elif item is not None:
            span, paragraphs, items = item.span, (), ()
        else:
            lettered = next((p for p in paragraphs if p.label == label), None)  # a paragraph may be called an item
            if lettered is None:
                return None
            span, paragraphs, items = lettered.span, (), lettered.items
    return span


def _describe(structure: Structure) -> str:
    first, last = structure.provisions[0], structure.provisions[-1]
    return f"{len(structure.provisions)} provisions, {first.locator} to {last.locator}"
