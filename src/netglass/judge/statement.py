"""The SQL that is made from the table of rules: which rules fired, and the verdict rows.

Predicates are evaluated once into the temporary table ``fired`` (a column per rule and per contrast), the numbers are computed in numpy
(``likelihood``), and the rows are put together from ``fired``, ``decided`` and ``m``, so that no row passes through Python.
"""

import re
from collections.abc import Sequence

from netglass.judge.rule import Rule
from netglass.judge.verdict import MECHANISM_WEIGHT
from netglass.vocab.table import VERDICT

PLACE = re.compile(r"\{(\w+)\}")
_LISTS = {"unvouched", "tcp_bad_addresses", "fingerprint_names"}


def make_fired_query(rules: Sequence[Rule]) -> str:
    """Return the statement that makes ``fired``: key, ``r0``… for rules and ``c0``… for artefacts whose contrast holds."""
    columns = []
    for number, rule in enumerate(rules):
        columns.append(f"coalesce(({rule.when}), false) AS r{number}")
        if rule.artefact:
            columns.append(f"coalesce(({rule.when}) AND ({rule.contrast}), false) AS c{number}")
    listed = ",\n       ".join(columns)
    return f"CREATE OR REPLACE TEMP TABLE fired AS\nSELECT key,\n       {listed}\nFROM fact ORDER BY key"


def make_sentence(says: str) -> str:
    """Return an SQL expression that fills the ``{field}`` places of a rule's sentence from the facts."""
    parts = PLACE.split(says)
    pieces = [_literal(part) if i % 2 == 0 else _show_field(part) for i, part in enumerate(parts) if part]
    return "concat(" + ", ".join(pieces) + ")"


def _show_field(name: str) -> str:
    shown = f"array_to_string({name}, ', ')" if name in _LISTS else f"{name}::VARCHAR"
    return f"coalesce({shown}, 'unknown')"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def make_verdict_query(rules: Sequence[Rule], ruleset: str, refdata_missing: Sequence[str]) -> str:
    """Return the query of the verdict rows, in the order and with the types of the ``verdict`` table.

    Args:
        rules: the rules, in the order of ``fired``.
        ruleset: hash of the rules.
        refdata_missing: kinds of reference data that were not loaded; named in the issues of each row that they could change.
    """
    listed = ",\n    ".join(
        f"CASE WHEN r{i} THEN {{'rule_id': '{r.rule_id}', 'layer': '{r.layer}', 'log10_lr': {r.weight[0]}::DOUBLE}} END"
        for i, r in enumerate(rules)
    )
    telling = [(i, r) for i, r in enumerate(rules) if r.mechanism != "NULL"]
    named = ",\n    ".join(f"CASE WHEN r{i} AND ({_mechanism_counts(r)}) THEN {r.mechanism} END" for i, r in telling)
    sentences = "\n    ".join(f"WHEN {i} THEN {make_sentence(r.says)}" for i, r in enumerate(rules))
    chosen = ", ".join(f"{_SOURCES.get(c.name, 'm.' + c.name)}::{c.type} AS {c.name}" for c in VERDICT)
    return f"""
WITH told AS (
    SELECT fact.key, d.*,
           list_filter([{listed}], lambda x: x IS NOT NULL) AS rules,
           list_distinct(list_filter([{named}], lambda x: x IS NOT NULL)) AS paths,
           CASE d.reason {sentences} END AS sentence,
           fact.unvouched, fact.location_host, fact.body_sha256, fact.bad_certificate, fact.tcp_bad_addresses, fact.has_control AS helped,
           fact.elsewhere_reporters, fact.page_vouched, fact.same_page AS arrived
    FROM fact JOIN fired USING (key) JOIN decided d USING (key)
)
SELECT {chosen.replace("$RULESET", ruleset).replace("$MISSING", repr(list(refdata_missing)))}
FROM told JOIN m USING (key) ORDER BY m.observed_at, m.key
"""


def _mechanism_counts(rule: Rule) -> str:
    counts = "true" if rule.weight[0] >= MECHANISM_WEIGHT else "false"
    return f"CASE WHEN d.interfered THEN {counts} ELSE d.state = 'ok' AND {str(rule.rule_id == 'dns.injected_working').lower()} END"


_BLOCKED = "told.state IN ('blocked', 'likely_blocked')"
_SIGNATURES = f"""CASE WHEN {_BLOCKED} THEN list_sort(list_distinct(list_concat(
    list_transform(coalesce(CASE WHEN list_has_any(paths_dns, told.paths) THEN told.unvouched END, []), lambda x: 'injected:' || x),
    list_transform(coalesce(CASE WHEN list_has_any(paths_tcp, told.paths) THEN told.tcp_bad_addresses END, []), lambda x: 'address:' || x),
    CASE WHEN list_contains(told.paths, 'http.redirect') THEN ['location:' || told.location_host] ELSE [] END,
    CASE WHEN list_contains(told.paths, 'http.blockpage') AND told.body_sha256 IS NOT NULL THEN ['page:' || told.body_sha256] ELSE [] END,
    CASE WHEN len(list_filter(told.paths, lambda x: starts_with(x, 'tls.mitm'))) > 0 AND told.bad_certificate IS NOT NULL
         THEN ['certificate:' || told.bad_certificate] ELSE [] END
))) ELSE [] END""".replace(
    "list_has_any(paths_dns, told.paths)", "len(list_filter(told.paths, lambda x: starts_with(x, 'dns.injection'))) > 0"
).replace(
    "list_has_any(paths_tcp, told.paths)", "len(list_filter(told.paths, lambda x: starts_with(x, 'tcp.') OR starts_with(x, 'ip.'))) > 0"
)

_DEEPEST = "list_sort(list_filter(told.paths, lambda p: len(list_filter(told.paths, lambda q: starts_with(q, p || '.'))) = 0))"

_SOURCES = {
    "state": "told.state",
    "locus": "told.locus",
    "mechanisms": _DEEPEST,
    "log10_lr": "{'network_interference': e0, 'server_down': e1, 'server_refuses': e2, 'local_or_instrument_fault': e3, 'reachable': e4}",
    "p_blocked": "told.p_blocked",
    "p_blocked_range": "[p_low, p_mid, p_high]",
    "prior": "told.prior",
    "rules": "told.rules",
    "control": "CASE WHEN told.helped THEN 'helper' WHEN told.elsewhere_reporters >= 2 THEN 'cross_network' ELSE 'none' END",
    "issues": "list_concat(coalesce(m.issues, []), list_transform($MISSING::VARCHAR[], lambda x: 'no_refdata_' || x))",
    "signatures": _SIGNATURES,
    "probe_verdict": "CASE WHEN m.probe_blocking IN ('dns', 'tcp_ip', 'http-failure', 'http-diff') THEN 'blocked'"
    " WHEN m.probe_blocking = 'false' THEN 'not_blocked' ELSE 'none' END",
    "why": "told.opening || coalesce(told.sentence, 'nothing in the record tells') || '.'",
    "ruleset": "'$RULESET'",
}
