from netglass.evaluate.report import Baselines, Report, World, build_report
from netglass.evaluate.verdict import join_truth
from tests.evaluate.example import block, confounder, day, event, make_truth, truth_row, verdict


def figure(report: Report, section: str, name: str) -> float | None:
    return next(row.value for row in report.figures if (row.section, row.figure) == (section, name))


def make_world(name: str = "") -> World:
    truth = make_truth(
        truth_row("u1", "blocked", policy_id="t", mechanisms=("tcp.reset",)),
        truth_row("u2", "blocked", policy_id="t", mechanisms=("tcp.reset",)),
        truth_row("u3", "ok", report_id="run-2", scenario="quiet"),
        truth_row("u4", "down", report_id="run-2"),
        events=(
            block("t", 5, 10),
            confounder("c", ("dead.test",), probe_cc=None),
            block("t2", 5, 10, targets=("b.test",)),
        ),
    )
    rows = [
        verdict("u1", "blocked", mechanisms=["tcp.reset"], key=1),
        verdict("u2", "blocked", mechanisms=["dns"], key=2),
        verdict("u3", "blocked", key=3),
        verdict("u4", "down", key=4, probe_verdict="blocked"),
    ]
    found = [event("d", 5, 10), event("x", 5, 10, targets=["dead.test"], state="unconfirmed")]
    watched = [("XA", 1, day(1), day(8))]
    return World(truth, join_truth(truth, rows), found, watched, Baselines({1, 2}, None), name)


def build(**more: int) -> Report:
    return build_report([make_world()], replicates=50, **more)


def test_the_figures_by_hand() -> None:
    report = build()
    assert figure(report, "verdict", "precision") == 2 / 3
    assert figure(report, "verdict", "recall") == 1
    assert figure(report, "mechanism", "hF1") == 0.5
    assert figure(report, "baseline", "any failure: precision") == 1
    assert figure(report, "event", "found of those that can be scored or stand") == 0.5
    assert figure(report, "event", "detected events per true event") == 1
    assert figure(report, "event", "onset in bracket") == 1
    assert figure(report, "event", "width against the best (per network and target)") == 1
    assert figure(report, "event", "false events") == 1
    assert figure(report, "event", "events on a confounder") == 1
    assert figure(report, "shutdown", "false alarms per network-week") == 0


def test_the_mistakes_are_the_wrong_state_and_the_wrong_mechanism() -> None:
    assert [(row.measurement_uid, row.truth, row.state, row.hf1) for row in build().mistakes] == [
        ("u2", "blocked", "blocked", 0.0),
        ("u3", "ok", "blocked", None),
    ]


def test_the_same_seed_gives_the_same_report() -> None:
    assert build(seed=3) == build(seed=3)


def test_the_report_says_what_it_is_made_of() -> None:
    about = build().about
    assert (about["scored"], about["policies"], about["runs"], about["ruleset"]) == (4, 1, 2, ["r"])


def test_without_a_verdict_or_an_event_there_is_still_a_report() -> None:
    truth = make_truth(truth_row("u1", "blocked"))
    report = build_report([World(truth, join_truth(truth, []))])
    assert report.figures == ()
    assert [(row.reason, row.n) for row in report.excluded] == [("blocked: truth without a verdict here", 1)]


def test_two_worlds_are_one_corpus_in_which_nothing_is_mixed() -> None:
    both = build_report([make_world("one"), make_world("two")], replicates=50)
    assert figure(both, "verdict", "precision") == 2 / 3
    assert (both.about["scored"], both.about["policies"], both.about["runs"]) == (8, 2, 4)
    assert [row.event_id for row in both.events] == ["one/t", "one/t2", "two/t", "two/t2"]
    assert figure(both, "event", "false events") == 2
    assert [(row.reason, row.n) for row in build_report([make_world("one"), make_world("two")]).excluded] == [
        (row.reason, 2 * row.n) for row in build().excluded
    ]
