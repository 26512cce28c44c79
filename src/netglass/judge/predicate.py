"""The query of what fired, made from the table of rules: a column per rule, per contrast of an artefact and per defect.

In a SELECT list an engine computes every part of a condition for every row. So conditions that many rules share are computed once, and the
rest of a rule is asked only where its first part holds; most rules are about failures, and most measurements have none.
"""

import re
from collections.abc import Sequence

from netglass.judge.condition import SHARED
from netglass.judge.defect import JUDGED_DEFECTS, make_condition
from netglass.judge.rule import Rule

_MARKS = re.compile(r"'|[()]| AND | OR | BETWEEN |\bCASE\b")
"""What tells where a condition may be cut."""


def make_fired_query(rules: Sequence[Rule]) -> str:
    """Return the query of what fired: key, ``r0``… for rules, ``c0``… for artefacts whose contrast holds, ``d0``… for defects."""
    columns = [f"{make_condition(defect)} AS d{number}" for number, defect in enumerate(JUDGED_DEFECTS)]
    for number, rule in enumerate(rules):
        first, *rest = split_conjunction(name_shared(rule.when))
        columns.append(
            f"CASE WHEN {first} THEN coalesce({' AND '.join(rest) or 'true'}, false) ELSE false END AS r{number}"
        )
        if rule.artefact:
            columns.append(
                f"CASE WHEN r{number} THEN coalesce({name_shared(rule.contrast)}, false) ELSE false END AS c{number}"
            )
    listed = ",\n       ".join(columns)
    shared = [f"{text} AS shared_{number}" for number, text in enumerate(SHARED) if f"shared_{number}" in listed]
    return f"SELECT key,\n       {listed}\nFROM (SELECT {', '.join(['*', *shared])} FROM fact) fact"


def name_shared(condition: str) -> str:
    """Return a condition with those of ``SHARED`` in it by name."""
    for number, text in enumerate(SHARED):
        condition = condition.replace(text, f"shared_{number}")
    return condition


def split_conjunction(condition: str) -> list[str]:
    """Return the parts that AND joins outside of parentheses and quotes; the whole if something stands there that binds otherwise."""
    parts, start, depth, quoted = [], 0, 0, False
    for found in _MARKS.finditer(condition):
        mark = found.group()
        if mark == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif mark in "()":
            depth += 1 if mark == "(" else -1
        elif depth == 0 and mark != " AND ":
            return [condition]
        elif depth == 0:
            parts.append(condition[start : found.start()])
            start = found.end()
    return [*parts, condition[start:]]
