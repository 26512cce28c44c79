"""The table of rules keeps its promises: ids, weights, sentences, mechanisms, contrasts."""

import re

import duckdb
import pytest

from netglass.detect.telling import INTERFERED, classify_outcome
from netglass.judge.defect import DEFECTS, JUDGED_DEFECTS
from netglass.judge.explain import SOURCES
from netglass.judge.fact import build_facts
from netglass.judge.predicate import make_fired_query
from netglass.judge.rule import BY_ID, RULES, Rule
from netglass.judge.statement import HARMLESS_MECHANISMS, LISTS, PLACE
from netglass.vocab.failure import Outcome
from netglass.vocab.mechanism import MECHANISMS
from netglass.vocab.state import Hypothesis
from tests.judge.world import site, tell

LAYERS = {"dns", "tcp", "tls", "quic", "http", "server", "local", "context"}


@pytest.fixture(scope="module")
def facts() -> tuple[duckdb.DuckDBPyConnection, dict[str, str]]:
    """Return a connection with facts, and their columns with types."""
    connection = tell(site("https://news.example/"))
    build_facts(connection, None, None)
    described = connection.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'fact'")
    return connection, dict(described.fetchall())


def test_ids_are_unique_and_well_formed() -> None:
    assert len(BY_ID) == len(RULES)
    assert all(re.fullmatch(r"[a-z]+\.[a-z0-9_]+", rule.rule_id) for rule in RULES)
    assert {rule.layer for rule in RULES} <= LAYERS
    assert set(HARMLESS_MECHANISMS) <= set(BY_ID)
    assert {rule.shows for rule in RULES} == {None, Hypothesis.REACHABLE, Hypothesis.SERVER_DOWN}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_weights_are_bounded_and_tell_something(rule: Rule) -> None:
    assert len(rule.weight) == 5
    assert max(abs(w) for w in rule.weight) <= 2
    assert len(set(rule.weight)) > 1
    assert rule.source in SOURCES
    assert 0 < rule.spread <= 2


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_places_of_the_sentence_are_facts(rule: Rule, facts: tuple[duckdb.DuckDBPyConnection, dict[str, str]]) -> None:
    columns = facts[1]
    places = set(PLACE.findall(rule.says))
    assert places <= set(columns)
    assert {place for place in places if columns[place].endswith("[]")} <= LISTS
    assert rule.says[0] == "{" or rule.says[0].islower(), "the sentence follows a colon"
    assert not rule.says.endswith(".")


def literal_paths(rule: Rule) -> set[str]:
    """Return the mechanisms that a rule's SQL can name, with ``'dns.' || outcome`` written out."""
    text = rule.mechanism
    stems = re.findall(r"'([a-z]+\.)' \|\| (\w+)", text)
    built = {
        stem + outcome
        for stem, column in stems
        for outcome in re.findall(
            r"'([a-z_]+)'", " ".join(re.findall(rf"{column} IN \(([^)]*)\)", f"{text} {rule.when}"))
        )
        if f"WHEN '{outcome}' THEN" not in text
    }
    plain = set(re.findall(r"(?:THEN|ELSE|^) ?'([a-z][a-z_.]*[a-z])'(?! \|\|)", text))
    return {path for path in plain | built if path.split(".")[0] in {m.split(".")[0] for m in MECHANISMS}}


@pytest.mark.parametrize("rule", [r for r in RULES if r.mechanism != "NULL"], ids=lambda rule: rule.rule_id)
def test_mechanisms_are_of_the_taxonomy(rule: Rule) -> None:
    paths = literal_paths(rule)
    assert paths, rule.mechanism
    assert paths <= MECHANISMS


def test_artefacts_speak_for_interference_and_have_a_contrast() -> None:
    artefacts = [rule for rule in RULES if rule.artefact]
    assert artefacts
    for rule in artefacts:
        assert rule.contrast not in ("false", "true"), rule.rule_id
        assert rule.weight[0] == max(rule.weight), rule.rule_id
        assert rule.mechanism != "NULL", rule.rule_id
    assert all(rule.contrast == "false" for rule in RULES if not rule.artefact)


def test_what_only_slows_is_throttling_to_events_too() -> None:
    slowing = [rule for rule in RULES if rule.slows]
    assert slowing
    for rule in slowing:
        assert not rule.artefact
        paths = {path for path in literal_paths(rule) if "." in path}
        assert paths and all(classify_outcome("impaired", "network", (path,)) == INTERFERED for path in paths)


def test_every_predicate_can_be_asked(facts: tuple[duckdb.DuckDBPyConnection, dict[str, str]]) -> None:
    asked = facts[0].execute(make_fired_query(RULES))
    assert {column[0] for column in asked.description or ()} == {
        "key", *(f"r{i}" for i in range(len(RULES))), *(f"c{i}" for i, rule in enumerate(RULES) if rule.artefact),
        *(f"d{i}" for i in range(len(JUDGED_DEFECTS))),
    }  # fmt: skip


def test_predicates_speak_of_outcomes_that_exist() -> None:
    known = {str(outcome) for outcome in Outcome}
    for rule in RULES:
        tests = re.findall(
            r"\w*outcome\w*(?:, '')?\)? (?:NOT )?(?:=|<>|IN) \(?((?:'[a-z_]+'(?:, )?)+)", f"{rule.when} {rule.contrast}"
        )
        assert {word for text in tests for word in re.findall(r"'([a-z_]+)'", text)} <= known, rule.rule_id


def test_nothing_keys_on_networks_countries_or_addresses() -> None:
    for rule in RULES:
        text = f"{rule.when} {rule.contrast} {rule.mechanism}"
        assert not re.search(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\bAS?\d{3,}|probe_cc = '|probe_asn = \d", text), rule.rule_id


def test_defects_have_a_source_and_dates_in_order() -> None:
    assert len({defect.defect_id for defect in DEFECTS}) == len(DEFECTS)
    for defect in DEFECTS:
        assert defect.source and defect.effect
        assert not (defect.since and defect.until) or defect.since <= defect.until
    assert {f"defect.{defect.defect_id}" for defect in JUDGED_DEFECTS} <= set(BY_ID)
