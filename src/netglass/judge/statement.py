"""The SQL that is made from the table of rules: which rules fired, and the verdict rows.

Predicates are evaluated once into the temporary table ``fired`` (a column per rule and per contrast). The numbers are computed in numpy per
*combination* of fired rules (``window``), of which even millions of measurements have few, and the rows are put together from ``fact``,
``fired``, ``decided`` (row to combination) and ``combination``, so that no row passes through Python.
"""

import re
from collections.abc import Sequence

from netglass.judge.defect import JUDGED_DEFECTS, make_condition
from netglass.judge.rule import Rule
from netglass.judge.verdict import MECHANISM_WEIGHT
from netglass.vocab.table import VERDICT

PLACE = re.compile(r"\{(\w+)\}")
"""A place in a rule's sentence that a fact fills."""

LISTS = {"unvouched", "tcp_bad_addresses", "fingerprint_names"}
"""Facts that are lists."""


def make_fired_query(rules: Sequence[Rule]) -> str:
    """Return the statement that makes ``fired``: key, ``r0``… for rules and ``c0``… for artefacts whose contrast holds."""
    columns = []
    for number, rule in enumerate(rules):
        columns.append(f"coalesce(({rule.when}), false) AS r{number}")
        if rule.artefact:
            columns.append(f"coalesce(({rule.when}) AND ({rule.contrast}), false) AS c{number}")
    listed = ",\n       ".join(columns)
    return f"CREATE OR REPLACE TEMP TABLE fired AS\nSELECT key,\n       {listed}\nFROM fact"


def make_sentence(says: str) -> str:
    """Return an SQL expression that fills the ``{field}`` places of a rule's sentence from the facts."""
    parts = PLACE.split(says)
    pieces = [quote_text(part) if i % 2 == 0 else _show_field(part) for i, part in enumerate(parts) if part]
    return "concat(" + ", ".join(pieces) + ")"


def quote_text(text: str) -> str:
    """Return ``text`` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _show_field(name: str) -> str:
    shown = f"array_to_string(fact.{name}, ', ')" if name in LISTS else f"fact.{name}::VARCHAR"
    return f"coalesce({shown}, 'unknown')"


def make_verdict_query(rules: Sequence[Rule], ruleset: str) -> str:
    """Return the query of the verdict rows, in the order and with the types of the ``verdict`` table.

    Args:
        rules: the rules, in the order of ``fired``.
        ruleset: hash of the rules.
    """
    interfering = _list_paths(
        [(i, r) for i, r in enumerate(rules) if r.mechanism != "NULL" and r.weight[0] >= MECHANISM_WEIGHT]
    )
    harmless = _list_paths([(i, r) for i, r in enumerate(rules) if r.rule_id in HARMLESS_MECHANISMS])
    sentences = "\n        ".join(f"WHEN {i} THEN {make_sentence(r.says)}" for i, r in enumerate(rules))
    sources = SOURCES | {"ruleset": quote_text(ruleset)}
    chosen = ",\n    ".join(f"{sources.get(c.name, 'seen.' + c.name)}::{c.type} AS {c.name}" for c in VERDICT)
    return f"""
WITH told AS (
    SELECT fact.key, d.combination,
        CASE WHEN k.interfered THEN {interfering} WHEN k.state = 'ok' AND k.harmless THEN {harmless} ELSE [] END AS paths,
        CASE k.reason {sentences} END AS sentence
    FROM fact JOIN fired USING (key) JOIN decided d USING (key) JOIN combination k USING (combination)
)
SELECT {chosen}
FROM told JOIN combination k USING (combination) JOIN fact USING (key) JOIN measurement seen USING (key)
ORDER BY seen.observed_at, seen.key
"""


HARMLESS_MECHANISMS = ("dns.injected_working",)
"""Rules whose mechanism is named although the site was reached: interfered with, and working."""


def _list_paths(rules: Sequence[tuple[int, Rule]]) -> str:
    cases = ", ".join(f"CASE WHEN r{i} THEN {rule.mechanism} END" for i, rule in rules)
    return f"list_distinct([{cases}]::VARCHAR[])"


_PATHS = "told.paths"


def _any_path(*prefixes: str) -> str:
    tests = " OR ".join(f"starts_with(x, '{prefix}')" for prefix in prefixes)
    return f"len(list_filter({_PATHS}, lambda x: {tests})) > 0"


def _mark(name: str, values: str) -> str:
    return f"list_transform(coalesce({values}, []), lambda x: '{name}:' || x)"


SIGNATURES = f"""CASE WHEN k.interfered THEN list_sort(list_distinct(list_concat(
        {_mark("injected", f"CASE WHEN {_any_path('dns.injection')} THEN fact.unvouched END")},
        {_mark("address", f"CASE WHEN {_any_path('tcp.', 'ip.')} THEN fact.tcp_bad_addresses END")},
        {_mark("location", f"CASE WHEN {_any_path('http.redirect')} AND fact.location_host IS NOT NULL THEN [fact.location_host] END")},
        {_mark("page", f"CASE WHEN {_any_path('http.blockpage')} AND fact.body_sha256 IS NOT NULL THEN [fact.body_sha256] END")},
        {_mark("certificate", f"CASE WHEN {_any_path('tls.mitm')} AND fact.bad_certificate IS NOT NULL THEN [fact.bad_certificate] END")}
    ))) ELSE [] END"""
"""Artefacts that tie verdicts of one incident together."""

DEEPEST = (
    f"list_sort(list_filter({_PATHS}, lambda p: len(list_filter({_PATHS}, lambda q: starts_with(q, p || '.'))) = 0))"
)
"""The paths that are no prefix of another."""

DEFECT_ISSUES = "list_filter([{}]::VARCHAR[], lambda x: x IS NOT NULL)".format(
    ", ".join(f"CASE WHEN {make_condition(defect)} THEN 'defect_{defect.defect_id}' END" for defect in JUDGED_DEFECTS)
)
"""Known defects of instruments that the measurement shows the symptom of, whether or not they mask."""

SOURCES = {
    **{name: f"k.{name}" for name in ("state", "locus", "p_blocked", "p_blocked_range", "prior", "rules", "log10_lr")},
    **{name: f"fact.{name}" for name in ("engine", "reporter")},
    "mechanisms": f"CASE WHEN len({_PATHS}) = 0 THEN [] ELSE {DEEPEST} END",
    "control": "CASE WHEN fact.has_control THEN 'helper' WHEN fact.elsewhere_reporters >= 2 THEN 'cross_network' ELSE 'none' END",
    "signatures": SIGNATURES,
    "issues": f"list_concat(coalesce(seen.issues, []), {DEFECT_ISSUES})",
    "probe_verdict": "CASE WHEN seen.probe_blocking IN ('dns', 'tcp_ip', 'http-failure', 'http-diff') THEN 'blocked'"
    " WHEN seen.probe_blocking = 'false' THEN 'not_blocked' ELSE 'none' END",
    "why": "concat(k.opening, coalesce(told.sentence, 'nothing in the record tells'), '.')",
}
"""Where the columns of a verdict come from that are not the measurement's own."""
