"""An explanation holds what a journalist checks: facts, rules with weights and sources, control, innocent causes, what would change it."""

import json
from pathlib import Path

import pytest

from netglass.api.explain import explain
from netglass.api.ingest import ingest
from netglass.api.judge import judge, verdicts
from netglass.cli.account import render_explanation, render_json
from netglass.judge.explain import CONTROLS, HEADLINES, Explanation, fill_sentence
from netglass.judge.rule import BY_ID
from netglass.store.query import Store, open_store
from netglass.vocab.error import UsageError
from netglass.vocab.state import State
from tests.judge.world import (
    BOGON,
    ONLY_WORLD,
    RESET,
    TIMEOUT,
    Measurement,
    measurement,
    others,
    resolve,
)

ONE = measurement("https://news.example/")
STORIES: dict[str, Measurement] = {
    "news.example": ONE.system(BOGON).udp(BOGON).doh(ONE.address).connect(BOGON, TIMEOUT).helper(),
    "radio.example": resolve(measurement("https://radio.example/")).connect().shake(failure=RESET).helper(),
    "shows.example": resolve(measurement("https://shows.example/")).connect().shake()
    .fetch(status=451, title="Unavailable for legal reasons", length=300).helper(),
    "gone.example": resolve(measurement("https://gone.example/")).connect(failure=TIMEOUT).helper(tcp=TIMEOUT, failure=TIMEOUT),
    "quiet.example": resolve(measurement("https://quiet.example/")).connect(failure=TIMEOUT).no_helper(),
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("explain")
    run = [*STORIES.values(), *others("shop.example", "weather.example")]
    (folder / "raw.jsonl").write_text("".join(json.dumps(one.record(ONLY_WORLD)) + "\n" for one in run))
    store = open_store(folder / "store")
    ingest(store, folder / "raw.jsonl")
    judge(store)
    return store


@pytest.fixture(scope="module")
def accounts(store: Store) -> dict[str, Explanation]:
    uids = {target: uid for uid, target in verdicts(store).project("measurement_uid, target").fetchall()}
    told = {target: explain(store, uids[target]) for target in STORIES}
    return {target: account for target, account in told.items() if isinstance(account, Explanation)}


def test_the_states_told_are_the_states_judged(accounts: dict[str, Explanation]) -> None:
    assert {target: account.verdict["state"] for target, account in accounts.items()} == {
        "news.example": "blocked",
        "radio.example": "likely_blocked",
        "shows.example": "impaired",
        "gone.example": "down",
        "quiet.example": "insufficient",
    }


def test_every_state_and_control_has_its_words() -> None:
    assert set(HEADLINES) == set(State)
    assert set(CONTROLS) == {"helper", "cross_network", "none"}


@pytest.mark.parametrize("target", STORIES)
def test_an_explanation_has_all_its_parts(accounts: dict[str, Explanation], target: str) -> None:
    account = accounts[target]
    assert account.headline.startswith(f"{target} from AS64512 (XA), 2031-05-05T12:00:00Z")
    assert any(step.startswith("connection to ") for step in account.steps)
    assert {rule.rule_id for rule in account.rules} == {rule["rule_id"] for rule in account.verdict["rules"]}
    assert account.would_change
    assert account.causes
    assert sum(account.alternatives.values()) == pytest.approx(1)
    assert max(account.alternatives.values()) >= 0.5 or account.verdict["state"] == "insufficient"


@pytest.mark.parametrize("target", STORIES)
def test_rules_are_shown_with_weight_source_and_whether_they_counted(
    accounts: dict[str, Explanation], target: str
) -> None:
    rules = accounts[target].rules
    for rule in rules:
        assert rule.weight == BY_ID[rule.rule_id].weight
        assert len(rule.source) > 3 and "{" not in rule.says
    assert len({BY_ID[rule.rule_id].family for rule in rules if rule.counted}) == sum(rule.counted for rule in rules)


def test_the_probability_told_is_the_probability_stored(accounts: dict[str, Explanation]) -> None:
    for account in accounts.values():
        assert account.alternatives["the network interfered"] == pytest.approx(account.verdict["p_blocked"])


def test_the_text_can_be_checked(accounts: dict[str, Explanation]) -> None:
    text = render_explanation(accounts["news.example"])
    for part in (
        BOGON,
        "not a public address",
        "dns.bogon",
        "dns.injection.bogon",
        "test helper",
        "raw.jsonl",
        "bytes ",
    ):
        assert part in text
    for part in ("What was seen", "Control", "Rules that fired", "Innocent causes", "What would change this"):
        assert part in text
    assert "excluded: the site was down for everybody" in text


def test_a_refusal_is_laid_at_the_servers_door(accounts: dict[str, Explanation]) -> None:
    account = accounts["shows.example"]
    assert account.verdict["locus"] == "server_side"
    assert "451" in account.verdict["why"]
    assert "found: the server refused" in render_explanation(account)


def test_an_explanation_never_names_a_party(accounts: dict[str, Explanation]) -> None:
    for account in accounts.values():
        text = render_explanation(account).lower()
        assert not any(word in text for word in ("government", "censor", "illegal", "ministry"))


def test_json_holds_the_same(accounts: dict[str, Explanation]) -> None:
    told = json.loads(render_json(accounts["radio.example"]._asdict()))
    assert told["verdict"]["state"] == "likely_blocked"
    assert set(told) == set(Explanation._fields)


def test_an_unknown_id_says_what_to_do(store: Store) -> None:
    with pytest.raises(UsageError, match="netglass verdicts"):
        explain(store, "nothing")


def test_a_sentence_says_unknown_where_a_fact_is_missing() -> None:
    assert fill_sentence("{a}, {b} and {c}", {"a": ["x", "y"], "b": None, "c": 3}) == "x, y, unknown and 3"


def test_judging_again_gives_the_same_bytes(store: Store) -> None:
    first = store.describe_table("verdict")
    judge(store)
    second = store.describe_table("verdict")
    assert first is not None and second is not None
    assert [f.sha256 for f in first.files] == [f.sha256 for f in second.files]
