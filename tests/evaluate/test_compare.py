from datetime import datetime

from netglass.evaluate.compare import NO_RULE, ONLY_OURS, ONLY_PROBE, find_differences, tally_differences
from tests.evaluate.example import verdict


def rules(**weights: float) -> list[dict[str, object]]:
    return [
        {"rule_id": name.replace("__", "."), "layer": "dns", "log10_lr": weight} for name, weight in weights.items()
    ]


def test_where_both_agree_there_is_nothing_to_say() -> None:
    rows = [
        verdict("u1", "likely_blocked", probe_verdict="blocked"),
        verdict("u2", "ok", probe_verdict="not_blocked"),
        verdict("u3", "down", probe_verdict="none"),
    ]
    assert find_differences(rows) == []


def test_a_block_that_only_we_see_names_the_rule_that_weighs_most() -> None:
    row = verdict(
        "u", "blocked", probe_verdict="none", rules=rules(ours__weak=0.4, ours__strong=1.6, ours__against=-1.0)
    )
    (one,) = find_differences([row])
    assert (one.difference, one.rule_id, one.rule_log10_lr) == (ONLY_OURS, "ours.strong", 1.6)


def test_a_block_that_only_the_probe_sees_names_the_rule_against_it() -> None:
    row = verdict("u", "down", probe_verdict="blocked", rules=rules(dns__bogon=1.8, dns__dead_name=-2.0))
    (one,) = find_differences([row])
    assert (one.difference, one.rule_id) == (ONLY_PROBE, "dns.dead_name")
    assert one.rule_log10_lr is not None and one.rule_log10_lr > 2, "that the server is down, against interference"


def test_a_difference_without_a_leaning_rule_says_so() -> None:
    (one,) = find_differences([verdict("u", "insufficient", probe_verdict="blocked", rules=rules(x=0.3))])
    assert (one.rule_id, one.rule_log10_lr) == (NO_RULE, None)


def test_differences_come_in_order_of_time_and_are_counted_by_rule() -> None:
    rows = [
        verdict(
            f"u{i}",
            "blocked",
            probe_verdict="none",
            rules=rules(x=1.0),
            measurement_start_time=datetime(2026, 3, 9 - i),
        )
        for i in range(3)
    ]
    found = find_differences(rows)
    assert [one.measurement_uid for one in found] == ["u2", "u1", "u0"]
    assert [(one.rule_id, one.n) for one in tally_differences(found)] == [("x", 3)]
