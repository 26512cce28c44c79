import pytest

from netglass.evaluate.truth import WORDS, MeasurementTruth
from netglass.evaluate.verdict import ACCEPTED, count_confusion, is_accepted, join_truth, rate_verdicts
from netglass.vocab.state import Locus, State
from tests.evaluate.example import make_truth, truth_row, verdict

RIGHT = {
    "blocked": {"blocked", "likely_blocked"},
    "interfered-but-reachable": {"ok with mechanisms"},
    "ok": {"ok", "ok with mechanisms"},
    "down": {"down"},
    "server_side": {"impaired/server_side"},
    "instrument": {"impaired", "impaired/server_side", "impaired/local", "insufficient"},
    "captive_portal": {"impaired", "impaired/server_side", "impaired/local", "insufficient"},
    "resolver_down": {"impaired", "impaired/server_side", "impaired/local", "insufficient"},
    "control_failed": {
        "ok",
        "ok with mechanisms",
        "impaired",
        "impaired/server_side",
        "impaired/local",
        "insufficient",
    },
}

CALLS = {
    **{str(state): verdict("u", state) for state in State},
    "ok with mechanisms": verdict("u", State.OK, mechanisms=["dns.injection"]),
    "impaired/server_side": verdict("u", State.IMPAIRED, locus=Locus.SERVER_SIDE),
    "impaired/local": verdict("u", State.IMPAIRED, locus=Locus.LOCAL),
}


@pytest.mark.parametrize("word", WORDS)
def test_every_truth_word_accepts_exactly_what_the_contract_says(word: str) -> None:
    assert {name for name, row in CALLS.items() if is_accepted(word, row)} == RIGHT[word]
    assert ACCEPTED[word]


def figures(*pairs: tuple[str, str]) -> dict[str, float | None]:
    """Score measurements given as truth word and state, one per pair."""
    truth = make_truth(*(truth_row(f"u{i}", word) for i, (word, _) in enumerate(pairs)))
    cases = join_truth(truth, [verdict(f"u{i}", state) for i, (_, state) in enumerate(pairs)]).cases
    return {
        f"{section}: {ratio.name}": float(ratio.upper.sum() / ratio.lower.sum()) if ratio.lower.sum() else None
        for section, ratio in rate_verdicts(cases)
    }


def test_precision_and_recall_by_hand() -> None:
    found = figures(
        ("blocked", "blocked"),
        ("blocked", "likely_blocked"),
        ("blocked", "insufficient"),
        ("ok", "blocked"),
        ("ok", "ok"),
    )
    assert found["verdict: precision"] == pytest.approx(2 / 3)
    assert found["verdict: recall"] == pytest.approx(2 / 3)
    assert found["state: ok"] == 0.5


def test_insufficient_is_not_ok() -> None:
    assert figures(("ok", "insufficient"), ("blocked", "blocked"))["state: ok"] == 0


def test_without_a_block_there_is_no_recall() -> None:
    assert figures(("ok", "ok"))["verdict: recall"] is None


def test_the_confusion_splits_impaired_by_locus() -> None:
    truth = make_truth(truth_row("u1", "server_side"), truth_row("u2", "server_side"))
    rows = [verdict("u1", "impaired", locus="server_side"), verdict("u2", "impaired", locus="local")]
    confusion = count_confusion(join_truth(truth, rows).cases)
    assert confusion == {("server_side", "impaired/local"): 1, ("server_side", "impaired/server_side"): 1}


def test_a_scenario_is_joined_on_the_stem_and_a_uid_wins() -> None:
    truth = make_truth(MeasurementTruth(scenario="quiet", state="ok"), truth_row("u1", "down"))
    rows = [verdict("x", "ok", source_file="in/quiet.json.gz"), verdict("u1", "down", source_file="in/quiet.json")]
    assert [(case.word, case.run) for case in join_truth(truth, rows).cases] == [("down", "run-1"), ("ok", "quiet")]


def test_what_is_left_out_is_counted_by_word_with_examples() -> None:
    truth = make_truth(
        truth_row("u1", "blocked"), truth_row("u2", "ok"), MeasurementTruth(scenario="quiet", state="ok")
    )
    joined = join_truth(truth, [verdict("u2", "ok"), verdict("stranger", "ok")])
    assert len(joined.cases) == 1
    assert [(row.reason, row.n, row.examples) for row in joined.excluded] == [
        ("blocked: truth without a verdict here", 1, ("u1",)),
        ("ok: truth without a verdict here", 1, ("quiet",)),
        ("verdict without a truth", 1, ("stranger",)),
    ]


def test_clusters_are_the_policy_or_innocent_cause_and_the_run() -> None:
    truth = make_truth(
        truth_row("u1", "blocked", policy_id="p"), truth_row("u2", "down", confounder_id="c"), truth_row("u3", "ok")
    )
    joined = join_truth(truth, [verdict(uid, "ok") for uid in ("u1", "u2", "u3")])
    assert [(case.policy, case.run) for case in joined.cases] == [("p", "run-1"), ("c", "run-1"), (None, "run-1")]
    assert joined.clusters.policy.tolist() == [0, 1, -1]


def test_mechanisms_count_where_the_truth_has_some_and_a_missed_block_scores_nothing() -> None:
    truth = make_truth(
        truth_row("u1", "blocked", mechanisms=("dns.nxdomain",)),
        truth_row("u2", "blocked", mechanisms=("dns.nxdomain",)),
        truth_row("u3", "ok"),
    )
    rows = [
        verdict("u1", "blocked", mechanisms=["dns.nxdomain"]),
        verdict("u2", "ok"),
        verdict("u3", "ok", mechanisms=["tls"]),
    ]
    rates = {
        ratio.name: (ratio.upper.sum(), ratio.lower.sum()) for _, ratio in rate_verdicts(join_truth(truth, rows).cases)
    }
    assert rates["hF1"] == (1, 2)
    assert rates["hF1 of those found"] == (1, 1)
    assert rates["named where there is none"] == (1, 1)


def test_a_block_behind_a_hotspot_may_be_called_either_and_is_left_out() -> None:
    truth = make_truth(truth_row("u1", "blocked"), truth_row("u2", "blocked", also_local=True))
    joined = join_truth(truth, [verdict("u1", "blocked"), verdict("u2", "impaired")])
    assert [case.truth.measurement_uid for case in joined.cases] == ["u1"]
    assert [(row.n, row.examples) for row in joined.excluded] == [(1, ("u2",))]
