"""How well drafts are read from labelled passages: ``python -m bench.reader [--held-out | --all] [--wrong]``.

A draft is right when its kind is that of a label and its passage overlaps the label's wording; each label counts once. Precision and
recall are printed per kind, then the share of labelled fields that are right. Passages that are held out are scored apart.
"""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from netglass.reader.document import read_document
from netglass.reader.draft.model import Draft, Protected, Reading
from netglass.reader.draft.reading import read_drafts
from netglass.register.partial_date import parse_date

PASSAGES = Path(__file__).with_suffix(".yml")


class Score(NamedTuple):
    """Counts by kind, labelled fields, and what was wrong in words."""

    right: Counter[str]
    drafted: Counter[str]
    labelled: Counter[str]
    fields_right: int
    fields: int
    wrong: list[str]


def load_passages(part: str = "tune") -> list[dict[str, Any]]:
    """Return the passages for tuning, those that are ``held_out``, or ``all``."""
    passages: list[dict[str, Any]] = yaml.safe_load(PASSAGES.read_text(encoding="utf-8"))
    return [item for item in passages if part == "all" or (part == "held_out") == item.get("held_out", False)]


def read_passage(passage: dict[str, Any]) -> Reading:
    """Return what is read from a passage."""
    published = passage.get("published")
    document = read_document(passage["text"].encode(), f"{passage['id']}.txt")
    return read_drafts(
        document, published=parse_date(str(published)) if published else None, cc=passage.get("cc", "XA")
    )


def score_passages(passages: list[dict[str, Any]]) -> Score:
    """Return how the drafts of passages stand to their labels."""
    score = Score(Counter(), Counter(), Counter(), 0, 0, [])
    for passage in passages:
        score = _add(score, passage)
    return score


def _add(score: Score, passage: dict[str, Any]) -> Score:
    text, reading = passage["text"], read_passage(passage)
    waiting: list[Draft | Protected] = [
        *(draft for draft in reading.drafts if draft.kind != "source"),
        *reading.protected,
    ]
    score.drafted.update(draft.kind for draft in waiting)
    good = total = 0
    for label in passage["drafts"]:
        score.labelled[label["kind"]] += 1
        start = text.index(label["at"])
        hits = [
            d
            for d in waiting
            if d.kind == label["kind"] and d.span.start < start + len(label["at"]) and start < d.span.end
        ]
        total += len(label.get("fields", {}))
        if not hits:
            score.wrong.append(f"{passage['id']}: missed {label['kind']} at {label['at']!r}")
            continue
        waiting.remove(hits[0])
        score.right[label["kind"]] += 1
        for path, value in label.get("fields", {}).items():
            told = read_value(hits[0], path)
            good += is_same(told, value)
            if not is_same(told, value):
                score.wrong.append(f"{passage['id']}: {label['kind']} {path} is {told!r}, not {value!r}")
    score.wrong.extend(f"{passage['id']}: invented {draft.kind} by {_name_rule(draft)}" for draft in waiting)
    return score._replace(fields_right=score.fields_right + good, fields=score.fields + total)


def read_value(draft: Draft | Protected, path: str) -> Any:
    """Return the value of a field, or of the fact of a protected draft."""
    if isinstance(draft, Protected):
        return getattr(draft, path)
    if path == "cc":
        return draft.cc
    found = draft.find_field(path)
    return found.value if found else None


def is_same(told: Any, value: Any) -> bool:
    """Return whether a value is the labelled one; of a list, whether all that is labelled is in it."""
    if isinstance(value, list):
        return isinstance(told, list) and set(value) <= set(told)
    return told == value if isinstance(value, bool | int | float) else str(told) == str(value)


def _name_rule(draft: Draft | Protected) -> str:
    return draft.rule


def draw_score(score: Score) -> str:
    """Return the table of a score."""
    lines = [f"{'kind':<13}{'labelled':>9}{'drafted':>9}{'right':>7}{'precision':>11}{'recall':>8}"]
    for kind in sorted(score.labelled.keys() | score.drafted.keys()):
        lines.append(_draw_line(kind, score.labelled[kind], score.drafted[kind], score.right[kind]))
    lines.append(_draw_line("all", score.labelled.total(), score.drafted.total(), score.right.total()))
    lines.append(f"fields right: {score.fields_right} of {score.fields}")
    return "\n".join(lines)


def _draw_line(kind: str, labelled: int, drafted: int, right: int) -> str:
    precision = f"{right / drafted:.2f}" if drafted else "-"
    recall = f"{right / labelled:.2f}" if labelled else "-"
    return f"{kind:<13}{labelled:>9}{drafted:>9}{right:>7}{precision:>11}{recall:>8}"


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description="Measure the reader on labelled passages.")
    parser.add_argument(
        "--held-out", action="store_true", help="only the passages that were not looked at while rules were tuned"
    )
    parser.add_argument("--all", action="store_true", help="all passages")
    parser.add_argument("--wrong", action="store_true", help="tell what was missed, invented or wrong")
    arguments = parser.parse_args()
    part = "all" if arguments.all else "held_out" if arguments.held_out else "tune"
    passages = load_passages(part)
    score = score_passages(passages)
    print(f"{len(passages)} passages ({part})")
    print(draw_score(score))
    if arguments.wrong:
        print("\n".join(score.wrong))


if __name__ == "__main__":
    main()
