"""The commands about texts: ``diff`` compares two versions, ``reuse`` finds passages that documents share."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from netglass.api import text as api
from netglass.cli.app import Format, OutFile, app
from netglass.cli.format import write_rows
from netglass.reader.align import Kind
from netglass.reader.comparison import Comparison, Difference, Op, Wording
from netglass.reader.document import Span
from netglass.reader.matter import Matter
from netglass.reader.provision import Provision
from netglass.reader.reuse import LEAST_LENGTHS, LEAST_SCORE, Reuse

DIFF_COLUMNS = (
    "kind", "old", "new", "score", "matters", "deleted", "inserted", "old_path", "new_path", "old_span", "new_span", "old_text", "new_text",
)  # fmt: skip
"""Columns of a comparison. Spans are [start, end) in characters of the original file."""

REUSE_COLUMNS = (
    "score",
    "length",
    "provisions",
    "other",
    "other_provisions",
    "span",
    "other_span",
    "text",
    "other_text",
)
"""Columns of shared passages."""

STYLES = {Op.KEEP: "", Op.DELETE: "red strike", Op.INSERT: "green"}
MARKS = {Op.KEEP: ("", ""), Op.DELETE: ("[-", "-]"), Op.INSERT: ("{+", "+}")}
"""How changed words are shown: with colour, and without as wdiff does."""

KEPT_CHARACTERS = 60
"""Kept words that a table shows between changes; more are cut in the middle."""


def _tell_lengths(_: object) -> str:
    return f"{LEAST_LENGTHS['en']}; in Chinese {LEAST_LENGTHS['zh']}"


@app.command
def diff(old: Path, new: Path, /, *, format: Format = "table", out: OutFile = None) -> None:
    """Compare two versions of a law, order or statement, provision by provision.

    Reads plain text, Markdown and HTML, Chinese and English. Each row says what became of a provision: same, renumbered, changed,
    moved, split, merged, added or removed; with a score from 0 to 1, the words that went and came, and which matters these touch
    (amounts, dates, deadlines, duties, addressees, references). A table leaves out what is the same and cuts what was kept;
    the other forms have all. The counts stand on stderr.

    Examples:
        netglass diff law-2014.txt law-2023.txt
        netglass diff draft.html adopted.html --format jsonl
        netglass diff draft.md adopted.md --format csv --out changes.csv

    Args:
        old: The earlier text.
        new: The later text.
    """
    comparison = api.diff(old, new)
    _say([*comparison.notes, _count(comparison)])
    if format == "table" and out is None:
        _draw(comparison)
    else:
        write_rows(DIFF_COLUMNS, map(_diff_row, comparison.rows), format, out=out, brief=DIFF_COLUMNS[:7])


@app.command
def reuse(
    document: Path,
    /,
    *,
    against: Annotated[
        list[Path] | None,
        Parameter(consume_multiple=True, help="Files and folders; by default the document's own folder."),
    ] = None,
    length: Annotated[
        int | None,
        Parameter(help="Words (in Chinese characters) of the shortest passage.", show_default=_tell_lengths),
    ] = None,
    score: Annotated[float, Parameter(help="Score of the weakest passage, 0 to 1.")] = LEAST_SCORE,
    format: Format = "table",
    out: OutFile = None,
) -> None:
    """Find passages that a text shares with others, word for word or nearly, longest first.

    The score is the share of the word sequences of both passages that is the same; sequences that stand in many of the documents
    count less. Spans are [start, end) in characters of the original files. A passage in several places of one document is
    told once.

    Examples:
        netglass reuse law.txt --against other-laws/
        netglass reuse draft.html --against a.html b.md --format csv --out reused.csv
        netglass reuse law.txt --length 40 --score 0.5

    Args:
        document: The text that is asked about.
    """
    report = api.reuse(document, against or (), least_length=length, least_score=score)
    _say([*(f"not compared: {why}" for why in report.skipped)])
    _say(
        [
            f"{len(report.passages)} passages shared with {len({p.other for p in report.passages})} of {report.documents} documents."
        ]
    )
    rows = (_reuse_row(passage, brief=format == "table") for passage in report.passages)
    write_rows(REUSE_COLUMNS, rows, format, out=out, brief=(*REUSE_COLUMNS[:5], "text"))


def _say(lines: Sequence[str]) -> None:
    for line in lines:
        Console(stderr=True).print(Text(line), soft_wrap=True)


def _count(comparison: Comparison) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in comparison.count_kinds().items())
    return f"{len(comparison.old.provisions)} provisions before, {len(comparison.new.provisions)} after: {counts}."


def _diff_row(row: Difference) -> list[Any]:
    return [
        row.kind.value,
        [provision.locator for provision in row.old],
        [provision.locator for provision in row.new],
        row.score,
        [tell_matter(matter) for matter in row.matters],
        [_plain_wording(wording) for wording in row.wordings if wording.op is Op.DELETE],
        [_plain_wording(wording) for wording in row.wordings if wording.op is Op.INSERT],
        [provision.path for provision in row.old],
        [provision.path for provision in row.new],
        [list(provision.source) for provision in row.old],
        [list(provision.source) for provision in row.new],
        [provision.text for provision in row.old],
        [provision.text for provision in row.new],
    ]


def _plain_wording(wording: Wording) -> dict[str, Any]:
    return {"text": wording.text.strip(), "start": wording.source.start, "end": wording.source.end}


def tell_matter(matter: Matter) -> str:
    """Return a matter in a line: ``deadline: 5 days -> 3 days``."""
    return f"{matter.name}: {', '.join(matter.removed) or '-'} -> {', '.join(matter.added) or '-'}"


def _reuse_row(passage: Reuse, brief: bool) -> list[Any]:
    here, there = passage.here, passage.there
    text = cut_middle(here.text.replace("\n", " ")) if brief else here.text
    spans: list[Span] = [here.source, there.source]
    return [
        passage.score, passage.length, list(here.provisions), passage.other, list(there.provisions), *map(list, spans), text, there.text,
    ]  # fmt: skip


def cut_middle(text: str, most: int = KEPT_CHARACTERS) -> str:
    """Return ``text`` with its middle left out where it is longer than ``most`` characters."""
    half = most // 2
    return text if len(text) <= most else f"{text[:half]} … {text[-half:]}"


def _draw(comparison: Comparison) -> None:
    coloured = sys.stdout.isatty()
    console = Console(highlight=False) if coloured else Console(highlight=False, soft_wrap=True, color_system=None)
    for row in comparison.rows:
        if row.kind is not Kind.SAME:
            for line in _draw_row(row, coloured):
                console.print(line)


def _draw_row(row: Difference, coloured: bool) -> Iterator[Text]:
    sides = " -> ".join(_name(side) for side in (row.old, row.new) if side)
    heading = "; ".join(dict.fromkeys(p.heading for p in (*row.old, *row.new) if p.heading))
    score = f"  {row.score:.2f}" if row.old and row.new and row.score < 1 else ""
    yield Text(f"{row.kind.value:<10} {sides}{f' ({heading})' if heading else ''}{score}", style="bold")
    for matter in row.matters:
        yield Text(f"  {cut_middle(tell_matter(matter), 200)}", style="dim")
    if row.score < 1:
        yield _draw_wordings(row, coloured)
        yield Text("")


def _name(provisions: Sequence[Provision]) -> str:
    return ", ".join(provision.locator for provision in provisions)


def _draw_wordings(row: Difference, coloured: bool) -> Text:
    whole = not (row.old and row.new)
    drawn = Text("  ")
    for wording in row.wordings:
        text = wording.text if wording.op is not Op.KEEP else cut_middle(wording.text)
        body, tail = text.rstrip(), text[len(text.rstrip()) :]
        before, after = ("", "") if coloured or whole else MARKS[wording.op]
        drawn.append(f"{before}{body}{after}", style=STYLES[wording.op] if coloured else "")
        drawn.append(tail)
    return Text("\n  ").join(drawn.split("\n"))
