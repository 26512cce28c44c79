"""Findings: dates of clauses, and things that are mentioned twice."""

from netglass.reader.document import Span
from netglass.reader.draft.finding import Finding, Found, merge_findings
from tests.reader.draft.scene import make_scene


def find_date(text: str, near: str) -> str | None:
    scene = make_scene(text)
    when = scene.find_when(scene.sentences[0].span, text.index(near))
    return when and str(when.value)


def test_a_date_belongs_to_its_clause_unless_it_opens_the_sentence() -> None:
    assert find_date("It passed a law on 3 March 2031, and left.", "passed") == "2031-03-03"
    assert find_date("In 2030 it rained, and they passed a law.", "passed") == "2030"
    assert find_date("The council, which was made in 2030, passed a law.", "passed") is None
    assert find_date("Since he came in 2030 it passed a law.", "passed") is None


def test_of_two_mentions_the_fuller_one_stays() -> None:
    field = Found("type", "law", Span(20, 23), 0.5)
    short = Finding("instrument", "a", Span(0, 3), 0.5, (), ("law",))
    full = Finding("instrument", "b", Span(20, 23), 0.5, (field,), ("law",))
    (merged,) = merge_findings([short, full])
    assert (merged.rule, merged.mentions) == ("b", (Span(0, 3),))


def test_findings_without_a_key_are_never_the_same() -> None:
    assert len(merge_findings([Finding("claim", "a", Span(0, 3), 0.5, ())] * 2)) == 2
