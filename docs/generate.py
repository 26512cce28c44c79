"""Write docs/reference from the code: commands, settings, rules, columns, issues, words, records and exit codes.

``python docs/generate.py`` writes the files; a test calls :func:`build_pages` and demands that they are the same.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import dropwhile
from pathlib import Path

from netglass.cli import EXIT_CODES
from netglass.cli.app import read_examples, walk_commands
from netglass.detect.event import BARS, NOTES
from netglass.judge import rule as rule_module
from netglass.judge.defect import DEFECTS
from netglass.judge.rule import RULES, Rule
from netglass.register.kind import KINDS
from netglass.register.outline import Outlined, outline_kind
from netglass.source.ooni.issue import ISSUES, REASONS
from netglass.vocab.failure import OUTCOMES, Outcome
from netglass.vocab.mechanism import LEAVES
from netglass.vocab.setting import SETTINGS
from netglass.vocab.state import Hypothesis, Locus, State
from netglass.vocab.table import IMPORTED, OBSERVATIONS, TABLES

REFERENCE = Path(__file__).resolve().parent / "reference"

SHARED = ("evidence[]", "unsourced[]")
"""Fields that all kinds with facts share, told once."""

NOTE = "<!-- Made from the code by docs/generate.py. Change the code and run `make reference`. -->\n\n"


def build_pages() -> dict[str, str]:
    """Return the text of every generated page, by file name."""
    pages = {
        "columns.md": describe_columns(),
        "commands.md": describe_commands(),
        "defects.md": describe_defects(),
        "flags.md": describe_flags(),
        "exit-codes.md": describe_exit_codes(),
        "issues.md": describe_issues(),
        "register.md": describe_register(),
        "rules.md": describe_rules(),
        "settings.md": describe_settings(),
        "words.md": describe_words(),
    }
    return {name: NOTE + text.rstrip() + "\n" for name, text in pages.items()}


def describe_commands() -> str:
    """Return the page of commands: usage, help, options and examples of each."""
    parts = [
        "# Commands\n",
        "stdout carries the result, stderr everything else. Exit codes are [listed](exit-codes.md), settings"
        " [too](settings.md).\n",
    ]
    for words, command in walk_commands():
        text = drop_nested(command.generate_docs(recursive=False, heading_level=2, usage_name=words))
        _, fence, usage, body = text.replace("\n\n", "\n", 1).split("\n", 3)
        parts += [f"## {words}\n", f"{fence}\n{name_program(usage, words)}\n{body}"]
        if examples := read_examples(command):
            parts.append(f"**Examples**:\n\n```sh\n{examples}\n```\n")
    return "\n".join(parts)


def drop_nested(text: str) -> str:
    """Return a command's page without the commands below it, which have pages of their own; only their names stay."""
    head, found, rest = text.partition("\n## Table of Contents\n")
    if not found:
        return text
    listed = re.sub(r"\[(`[^`]*`)\]\(#[^)]*\)", r"\1", rest[rest.index("**Commands**:") :])
    own, *_ = listed.split("\n### ")
    return f"{head}\n{own}"


def name_program(usage: str, words: str) -> str:
    """Return a usage line that begins with ``words``, whatever program the line was made in."""
    rest = dropwhile(lambda token: not re.match(r"\[|--|[A-Z]", token), usage.split())
    return " ".join([words, *rest])


def describe_settings() -> str:
    """Return the page of settings."""
    rows = ([f"`{item.name}`", f"`{item.default}`" if item.default else "", item.meaning] for item in SETTINGS)
    return (
        "# Settings\n\nEnvironment variables; an option on the command line wins over them, and an empty one counts as unset.\n\n"
        + draw_table(("setting", "default", "meaning"), rows)
    )


def describe_columns() -> str:
    """Return the page of columns, table by table."""
    parts = [
        "# Columns\n",
        "Every table of a store, as views in DuckDB and as Parquet. Observation tables"
        f" ({', '.join(f'`{name}`' for name in OBSERVATIONS)}) join on `key`. Times are UTC. What `netglass register import` keeps"
        f" ({', '.join(f'`{name}`' for name in IMPORTED)}) lies beside them and is no view.\n",
    ]
    for name, columns in (TABLES | IMPORTED).items():
        rows = ([f"`{column.name}`", f"`{column.type}`", column.meaning] for column in columns)
        parts += [f"## {name}\n", draw_table(("column", "type", "meaning"), rows)]
    return "\n".join(parts)


def describe_issues() -> str:
    """Return the page of issues of stored measurements and of reasons why something was not stored."""
    issues = ([f"`{name}`", meaning] for name, meaning in ISSUES.items())
    reasons = ([f"`{name}`", meaning] for name, meaning in REASONS.items())
    return "\n".join(
        [
            "# Issues and reasons\n",
            "Bad data is counted and kept in view; it never stops a file. A name that speaks of one field carries it"
            " after a colon.\n",
            "## Issues of stored measurements\n\nIn the column `issues`.\n",
            draw_table(("issue", "meaning"), issues),
            "## Reasons why something was not stored\n\nIn the column `reason` of `quarantine`.\n",
            draw_table(("reason", "meaning"), reasons),
        ]
    )


def describe_flags() -> str:
    """Return the page of flags of events."""
    rows = ([f"`{name}`", meaning, "yes" if name in BARS else ""] for name, meaning in NOTES.items())
    return (
        "# Flags of events\n\nIn the column `flags` of `event`; a detail follows after a colon. A flag explains and never drops an"
        " event, but some keep it unconfirmed.\n\n" + draw_table(("flag", "meaning", "bars confirmation"), rows)
    )


def describe_defects() -> str:
    """Return the page of known defects of instruments."""
    rows = (
        [
            f"`{item.defect_id}`",
            item.test_name,
            item.versions or "all",
            describe_span(item.since, item.until),
            item.effect,
            item.source,
        ]
        for item in DEFECTS
    )
    return (
        "# Defects of instruments\n\nA measurement that shows the symptom of a known defect carries `defect_` and its name among its"
        " issues. The defect explains it away only where the control fails too, or where the same run shows the symptom for unrelated"
        " names.\n\n" + draw_table(("defect", "test", "up to version", "dates", "effect", "source"), rows)
    )


def describe_span(since: date | None, until: date | None) -> str:
    """Return a span of days in words."""
    return "always" if since is None and until is None else f"{since or ''} to {until or ''}".strip()


def describe_rules() -> str:
    """Return the page of rules: an overview, then each with its weights, its source and its exact condition."""
    overview = (
        [f"[`{rule.rule_id}`](#{rule.rule_id.replace('.', '')})", rule.layer, rule.family, read_sentence(rule)]
        for rule in RULES
    )
    source = (rule_module.__doc__ or "").partition("**Source**")
    parts = [
        "# Rules\n",
        "A rule is one piece of evidence. All rules that fire are kept with a verdict; of each family the strongest counts."
        f" The weights are log10 likelihoods under {', '.join(f'`{item}`' for item in Hypothesis)}; only differences between them"
        " matter. [How verdicts are made](../explanation/verdicts.md) says how they are summed and where they come from.\n",
        source[1] + " " + " ".join(source[2].split()) + "\n",
        draw_table(("rule", "layer", "family", "what it says"), overview),
    ]
    return "\n".join(parts + [describe_rule(rule) for rule in RULES])


def describe_rule(rule: Rule) -> str:
    """Return the section of one rule."""
    weights = draw_table(list(Hypothesis), [[f"{weight:+.2f}" for weight in rule.weight]])
    conditions = f"-- fires when\n{rule.when}" + (
        f"\n-- may carry a verdict to blocked when\n{rule.contrast}" if rule.artefact else ""
    )
    sentence = read_sentence(rule)
    return (
        f"## {rule.rule_id}\n\n{sentence[:1].upper()}{sentence[1:]}. Source: {rule.source}; half width of the interval:"
        f" {rule.spread:g}.\n\n{weights}\n```sql\n{conditions}\n```\n"
    )


def read_sentence(rule: Rule) -> str:
    """Return what a rule says, with its blanks (``{location_host}``) in italics."""
    return re.sub(r"\{(\w+)\}", lambda blank: f"*{blank[1].replace('_', ' ')}*", rule.says)


def describe_exit_codes() -> str:
    """Return the page of exit codes."""
    return "# Exit codes\n\n" + draw_table(
        ("code", "meaning"), ([str(code), meaning] for code, meaning in sorted(EXIT_CODES.items()))
    )


def describe_words() -> str:
    """Return the page of words: states, loci, hypotheses, mechanisms and classes of failures."""
    failures = ([f"`{failure}`", f"`{outcome}`"] for failure, outcome in sorted(OUTCOMES.items()))
    return "\n".join(
        [
            "# Words\n",
            "## States of a verdict\n\n" + draw_list(State),
            "## Loci\n\n" + draw_list(Locus),
            "## Hypotheses\n\n" + draw_list(Hypothesis),
            "## Mechanisms\n\nEach prefix of a path is a valid, less exact statement.\n\n" + draw_list(LEAVES),
            "## Outcome classes\n\n" + draw_list(Outcome),
            "## Failure strings\n\nA failure that is not listed is of class `other`.\n\n"
            + draw_table(("failure", "class"), failures),
        ]
    )


def describe_register() -> str:
    """Return the page of the register: every kind of record with its fields."""
    kinds = ([f"[`{kind}`](#{kind})", read_first_line(model)] for kind, model in KINDS.items())
    parts = [
        "# Register\n",
        "A record is one file, `register/<kind>/<cc>/<id>.yml`. Keys and words that are not listed are errors. A path ends in `[]` where a"
        " list stands. A field with *fact* needs an entry of `evidence` or of `unsourced`; *id* is the id of another record of that kind,"
        " *id#part* may name a part of it. [How to add one](../how-to/add-a-law.md).\n",
        draw_table(("kind", "what it is"), kinds),
    ]
    for kind, model in KINDS.items():
        own = [item for item in outline_kind(kind) if not item.path.startswith(SHARED)]
        parts.append(f"## {kind}\n\n{read_first_line(model)}\n\n{draw_fields(own)}")
    shared = [item for item in outline_kind("instrument") if item.path.startswith(SHARED)]
    parts.append(f"## Evidence\n\nIn every kind but `source` and `case`.\n\n{draw_fields(shared)}")
    return "\n".join(parts)


def draw_fields(items: Sequence[Outlined]) -> str:
    """Return the table of some fields of a record."""
    return draw_table(("field", "holds", "", "meaning"), map(describe_outlined, items))


def describe_outlined(item: Outlined) -> list[str]:
    """Return the row of one field of a record."""
    marks = [mark for mark, holds in (("required", item.required), ("fact", item.states_fact)) if holds]
    return [f"`{item.path}`", item.holds, ", ".join(marks), item.meaning]


def read_first_line(model: type) -> str:
    """Return the first line of what a class says of itself."""
    return (model.__doc__ or "").strip().splitlines()[0]


def draw_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar within a cell is escaped."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |\n" for line in lines
    )


def draw_list(words: Iterable[str]) -> str:
    """Return a Markdown list of code words."""
    return "".join(f"- `{word}`\n" for word in words)


def main() -> None:
    """Write every page."""
    for name, text in build_pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
