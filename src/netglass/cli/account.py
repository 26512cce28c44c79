"""Explanations as text and as JSON."""

import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from netglass.cli.cell import plain_value
from netglass.detect.account import EventAccount
from netglass.judge.explain import Explanation, FiredRule
from netglass.judge.likelihood import HYPOTHESES

WIDTH = 110

COUNTS = {
    "with_control": "of the measurements that saw it, with a test helper that answered",
    "with_artefact": "with an artefact of interference (state blocked)",
    "reached_here": "measurements that reached it on these networks meanwhile",
    "reached_beside": "that reached it on other networks of the country",
    "reached_abroad": "that reached it in other countries",
    "seen_abroad": "that saw it interfered with in other countries",
    "down_here": "that found it down for everybody",
    "refused_here": "that the server itself refused",
    "others_reached": "pages of other sites that loaded in the same runs",
}
"""The counts of an event's account, in the order and words of the text."""


def write_explanation(account: Explanation, format: str, out: Path | None) -> None:
    """Write the explanation of a verdict as ``text`` or ``json``."""
    _write(render_json(account._asdict()) if format == "json" else render_explanation(account), out)


def write_event(account: EventAccount, format: str, out: Path | None) -> None:
    """Write the account of an event as ``text`` or ``json``."""
    _write(render_json(account._asdict()) if format == "json" else render_event(account), out)


def _write(text: str, out: Path | None) -> None:
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def render_json(account: dict[str, Any]) -> str:
    """Return an account as one JSON document, times and lists as everywhere."""
    return msgspec.json.format(msgspec.json.encode(_plain(account)), indent=2).decode() + "\n"


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return plain_value(value)


def render_explanation(account: Explanation) -> str:
    """Return the explanation of a verdict as text for a reader who wants to check it."""
    row = account.verdict
    low, _, high = row["p_blocked_range"]
    parts = [
        account.headline,
        *_paragraph(row["why"]),
        "",
        f"Probability of interference {row['p_blocked']:.3f} at a prior of {row['prior']:.2f};"
        f" {low:.3f} if 0.1 % of such measurements are interfered with, {high:.3f} if 8 % are.",
        *_section("Mechanism", row["mechanisms"] or ["none named"]),
        *_section("What was seen", account.steps),
        *_section("Control", [account.control]),
        *_section(
            "Rules that fired (log10 weight for interference / down / refuses / local fault / reachable)",
            map(_rule, account.rules),
        ),
        *_section("What it comes to", [f"{p:6.3f}  {words}" for words, p in account.alternatives.items()]),
        *_section("Innocent causes", [f"{c.finding}: {c.cause}: {c.because}" for c in account.causes]),
        *_section("What would change this", account.would_change),
        *_section("Where it comes from", _origin(row)),
    ]
    return "\n".join(parts) + "\n"


def _rule(rule: FiredRule) -> str:
    weights = " / ".join(f"{w:+.2f}" for w in rule.weight)
    counted = "" if rule.counted else " (not counted: a stronger rule of its family was)"
    return f"{rule.rule_id}: {rule.says} [{weights}; ±{rule.spread:.1f}; {rule.source}]{counted}"


def _origin(row: dict[str, Any]) -> list[str]:
    return [
        f"measurement {row['measurement_uid']}",
        f"report {row['report_id'] or 'not on record'}; client {row['engine']}, test {row['test_name']} {row['test_version']}",
        f"file {row['source_file']}, bytes {row['source_offset']} to {row['source_offset'] + row['source_length']};"
        f" content {row['content_id']}",
        f"issues: {', '.join(row['issues']) or 'none'}",
        f"rules {row['ruleset']}, reference data {row['refdata']}; hypotheses: {', '.join(HYPOTHESES)}",
    ]


def render_event(account: EventAccount) -> str:
    """Return the account of an event as text for a reader who wants to check it."""
    event = account.event
    networks = ", ".join(f"AS{asn}" for asn in event["asns"])
    what = ", ".join(event["targets"]) or "the whole network"
    parts = [
        f"{event['event_id']}: {event['kind']} of {what} in {event['probe_cc']} on {networks} ({event['state']},"
        f" confidence {event['confidence']:.2f})",
        *_section("Mechanism", event["mechanisms"] or ["none named"]),
        *_section("When", account.brackets),
        *_section(
            "Evidence",
            [
                f"{event['n_measurements']} measurements by at least {event['n_reporters']} independent observers",
                *(f"{words}: {account.counts[name]}" for name, words in COUNTS.items() if name in account.counts),
            ],
        ),
        *_section(
            "Innocent explanations",
            [f"{'excluded' if a.excluded else 'open'}: {a.explanation}: {a.how}" for a in account.alternatives],
        ),
        *_section("Weaknesses", account.weaknesses or ["none noted"]),
        *_section("What would change this", account.would_change),
        *_section("Witnesses", [_witness(row) for row in account.witnesses]),
        *_section("Where it comes from", [f"rules {event['ruleset']}, reference data {event['refdata']}"]),
    ]
    return "\n".join(parts) + "\n"


def _witness(row: dict[str, Any]) -> str:
    return f"{row['measurement_uid']} ({plain_value(row['observed_at'])}, AS{row['probe_asn']}, {row['target']}): {row['why']}"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    return ["", title, *(part for line in lines for part in _paragraph(line, "  - "))]


def _paragraph(text: str, lead: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
