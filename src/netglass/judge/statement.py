"""The SQL that puts verdict rows together.

What follows from a *combination* of fired rules alone is computed in numpy (``window``), for even millions of measurements have few. What a
row says beyond its combination, because a sentence or a mechanism names facts, is put into ``told``, and the rows are put together from
``measurement``, ``decided`` (row to combination), ``combination`` and ``told``, so that no row passes through Python.
"""

import re
from collections.abc import Collection, Sequence

from netglass.judge.rule import Rule
from netglass.judge.verdict import MECHANISM_WEIGHT
from netglass.vocab.table import VERDICT

PLACE = re.compile(r"\{(\w+)\}")
"""A place in a rule's sentence that a fact fills."""

LISTS = {"unvouched", "tcp_bad_addresses", "fingerprint_names"}
"""Facts that are lists."""


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


def make_told_query(rules: Sequence[Rule], fired: Collection[int], reasons: Collection[int]) -> str:
    """Return the statement that makes ``told``: key, mechanisms, signatures and sentence, where the combination asks for facts.

    Args:
        rules: the rules, in the order of ``combination.fired``.
        fired: numbers of those that fired anywhere; the others need not be planned for.
        reasons: numbers of those that are the reason of a combination.
    """
    interfering = [i for i in fired if rules[i].mechanism != "NULL" and rules[i].weight[0] >= MECHANISM_WEIGHT]
    harmless = [i for i in fired if rules[i].rule_id in HARMLESS_MECHANISMS]
    sentences = " ".join(
        f"WHEN {i} THEN {make_sentence(rules[i].says)}" for i in reasons if PLACE.search(rules[i].says)
    )
    why = f"CASE fact.reason {sentences} END" if sentences else "NULL"
    return f"""
CREATE OR REPLACE TEMP TABLE told AS
WITH named AS (
    SELECT fact.*, k.interfered, k.opening, k.reason,
        CASE WHEN k.interfered THEN {_list_paths(rules, interfering)}
             WHEN k.harmless THEN {_list_paths(rules, harmless)} ELSE [] END AS paths
    FROM fact JOIN decided d USING (key) JOIN combination k USING (combination)
    WHERE k.asks
)
SELECT key, CASE WHEN len(paths) = 0 THEN [] ELSE {DEEPEST} END AS mechanisms, {SIGNATURES} AS signatures,
    fact.opening || {why} || '.' AS why
FROM named AS fact
"""


def make_verdict_query(ruleset: str) -> str:
    """Return the query of the verdict rows, in the order and with the types of the ``verdict`` table.

    Args:
        ruleset: hash of the rules.
    """
    sources = SOURCES | {"ruleset": quote_text(ruleset)}
    own = [column for column in VERDICT if column.name not in NESTED]
    inner = ",\n        ".join(f"{sources.get(c.name, 'seen.' + c.name)}::{c.type} AS {c.name}" for c in own)
    outer = ",\n    ".join(
        f"(SELECT list({c.name} ORDER BY combination) FROM combination)[place]::{c.type} AS {c.name}"
        if c.name in NESTED
        else c.name
        for c in VERDICT
    )
    return f"""
SELECT {outer}
FROM (
    SELECT {inner},
        d.combination + 1 AS place
    FROM measurement seen JOIN m USING (key) JOIN decided d USING (key) JOIN combination k USING (combination)
    LEFT JOIN told USING (key) LEFT JOIN elsewhere USING (key)
    ORDER BY seen.observed_at, seen.key
)
"""


NESTED = {"log10_lr", "p_blocked_range", "rules"}
"""Lists and structs that follow from the combination. They are looked up after rows are sorted, for they are slow to sort."""

HARMLESS_MECHANISMS = ("dns.injected_working", "tls.reset_partly")
"""Rules whose mechanism is named although the site was reached: interfered with, and working."""


def _list_paths(rules: Sequence[Rule], numbers: Sequence[int]) -> str:
    cases = ", ".join(f"CASE WHEN k.fired[{i + 1}] THEN {rules[i].mechanism} END" for i in numbers)
    return f"list_distinct([{cases}]::VARCHAR[])"


_PATHS = "fact.paths"


def _any_path(*prefixes: str) -> str:
    tests = " OR ".join(f"starts_with(x, '{prefix}')" for prefix in prefixes)
    return f"len(list_filter({_PATHS}, lambda x: {tests})) > 0"


def _mark(name: str, values: str) -> str:
    return f"list_transform(coalesce({values}, []), lambda x: '{name}:' || x)"


SIGNATURES = f"""CASE WHEN fact.interfered THEN list_sort(list_distinct(list_concat(
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

SOURCES = {
    **{name: f"k.{name}" for name in ("state", "locus", "p_blocked", "prior")},
    **{name: f"m.{name}" for name in ("engine", "reporter")},
    "mechanisms": "coalesce(told.mechanisms, [])",
    "control": "CASE WHEN seen.has_control THEN 'helper' WHEN elsewhere.reporters >= 2 THEN 'cross_network' ELSE 'none' END",
    "signatures": "coalesce(told.signatures, [])",
    "issues": "list_concat(coalesce(seen.issues, []), k.issues)",
    "probe_verdict": "CASE WHEN seen.probe_blocking IN ('dns', 'tcp_ip', 'http-failure', 'http-diff') THEN 'blocked'"
    " WHEN seen.probe_blocking = 'false' THEN 'not_blocked' ELSE 'none' END",
    "why": "coalesce(told.why, k.why)",
}
"""Where the columns of a verdict come from that are not the measurement's own."""
