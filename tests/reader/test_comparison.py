"""A comparison says what changed, where, and how it was done."""

from netglass.reader.align import Kind
from netglass.reader.comparison import Comparison, Op, compare_documents
from netglass.reader.document import read_document
from tests.reader.law import NEW_EN, NEW_ZH, OLD_ZH, RESOLUTION, SPEECH


def compare(old: str, new: str, name: str = "law.md") -> Comparison:
    return compare_documents(read_document(old.encode(), f"old-{name}"), read_document(new.encode(), f"new-{name}"))


def test_wordings_join_to_both_texts_and_their_spans_find_the_words() -> None:
    for row in compare(OLD_ZH, NEW_ZH).rows:
        old = "".join(w.text for w in row.wordings if w.op is not Op.INSERT)
        new = "".join(w.text for w in row.wordings if w.op is not Op.DELETE)
        bare = [text.translate(str.maketrans("", "", "\n :：")) for text in (old, new)]
        sides = [
            "".join(p.text for p in side).translate(str.maketrans("", "", "\n :：")) for side in (row.old, row.new)
        ]
        assert bare == sides
        for wording in row.wordings:
            source = OLD_ZH if wording.op is Op.DELETE else NEW_ZH
            assert source[wording.source.start : wording.source.end].split() == wording.text.split()


def test_the_matter_of_a_change_is_told() -> None:
    rows = compare(OLD_ZH, NEW_ZH).rows
    assert {m.name for row in rows for m in row.matters} >= {"deadline", "duty", "amount", "date", "reference"}
    assert all(not row.matters for row in rows if row.kind in (Kind.SAME, Kind.ADDED, Kind.REMOVED))


def test_counts_are_in_the_order_of_kinds() -> None:
    counts = compare(OLD_ZH, NEW_ZH).count_kinds()
    assert list(counts) == [kind for kind in Kind if kind in counts]
    assert sum(counts.values()) == 12


def test_paragraphs_are_compared_where_nothing_is_numbered_and_that_is_said() -> None:
    comparison = compare(SPEECH, SPEECH.replace("before the year is out", "within two years"), "speech.txt")
    assert [row.kind for row in comparison.rows] == [Kind.SAME, Kind.CHANGED]
    assert len(comparison.notes) == 2
    assert "old-speech.txt: no numbered provisions" in comparison.notes[0]


def test_other_languages_and_other_divisions_are_said() -> None:
    assert "different languages" in compare(NEW_ZH, NEW_EN).notes[0]
    assert "by article, the other by paragraph" in compare(NEW_EN, RESOLUTION, "a.txt").notes[0]
