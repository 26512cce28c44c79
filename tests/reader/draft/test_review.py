"""The review of drafts: field by field, resumable, and nothing written that was not accepted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from netglass.reader.draft.match import match_drafts
from netglass.reader.draft.model import Reading
from netglass.reader.draft.review import PROGRESS, Desk, Progress, review_drafts
from netglass.register.kind import KINDS
from netglass.register.library import Register
from tests.reader.draft.scene import read_text

TEXT = "Lamps\n\nKenya ratified the Convention on Network Crime in 2030.\n"
SOURCE = ["a", "a", "a", "a", "a", "e type news_report", "e publisher The Lamp"]
"""Country, official title, language, English title, id; then what is missing."""


class Room:
    """A reviewer who answers from a list, and a register in memory."""

    def __init__(self, answers: list[str], records: dict[str, Any] | None = None) -> None:
        self._answers: Iterator[str] = iter(answers)
        self.told: list[str] = []
        self.records: dict[str, Any] = records if records is not None else {}
        self.kept = 0

    def make_desk(self) -> Desk:
        return Desk(self._ask, self.told.append, self._keep, self._write, self._read)

    def _ask(self, question: str) -> str | None:
        self.told.append(question)
        return next(self._answers, None)

    def _keep(self, progress: Progress) -> None:
        self.kept += 1

    def _write(self, content: dict[str, Any]) -> Path:
        self.records[content["id"]] = content
        return Path(f"{content['id']}.yml")

    def _read(self) -> Register:
        records = {id: KINDS[content["kind"]].model_validate(content) for id, content in self.records.items()}
        return Register(Path("register"), records, {})


def run(
    answers: list[str], progress: Progress | None = None, room: Room | None = None, reading: Reading | None = None
) -> Room:
    room = room or Room(answers)
    review_drafts(
        reading or read_text(TEXT), progress or Progress(PROGRESS, ""), room.make_desk(), "lawyer", "2031-05-15"
    )
    return room


def test_an_accepted_source_is_a_reviewed_record() -> None:
    room = run(SOURCE)
    (source,) = room.records.values()
    assert (source["kind"], source["publisher"], source["review"], source["reviewer"]) == (
        "source",
        "The Lamp",
        "reviewed",
        "lawyer",
    )


def test_an_edit_changes_the_value_and_keeps_the_passage() -> None:
    room = run(["a", "e Lamp news", *SOURCE[2:]])
    (source,) = room.records.values()
    assert source["title"]["official"] == "Lamp news"


def test_nothing_is_written_before_the_source_is() -> None:
    room = run(["s", "s", "s", "s"])
    assert room.records == {}
    assert any("accept source-1" in line for line in room.told)


def test_the_end_of_the_answers_stops_and_the_next_run_goes_on() -> None:
    progress = Progress(PROGRESS, "")
    first = run(SOURCE[:3], progress)
    assert first.records == {}
    assert first.kept == 3
    second = run(SOURCE[3:], progress)
    assert len(second.records) == 1
    assert progress.done["source-1"] in second.records


def test_a_wrong_key_is_asked_again() -> None:
    room = run(["x", "e", *SOURCE])
    assert len(room.records) == 1
    assert any("answer with one of" in line for line in room.told)
    assert any("write the value after e" in line for line in room.told)


def test_a_draft_whose_fields_are_all_rejected_is_rejected() -> None:
    progress = Progress(PROGRESS, "")
    room = run(["a", "r", "r", "r"], progress)
    assert (room.records, progress.done) == ({}, {"source-1": "rejected"})


def test_a_relative_date_is_not_accepted_without_a_value() -> None:
    reading = read_text("Lamps\n\nThe minister said on Tuesday that no web site was blocked.\n")
    room = run([*SOURCE, *["a"] * 40], reading=reading)
    assert any("there is no value yet" in line for line in room.told)


def test_a_statement_and_its_claim_are_tied() -> None:
    reading = read_text("Lamps\n\nThe minister said on Tuesday that no web site was blocked.\n", "2031-05-14")
    source = [*SOURCE[:4], "a", *SOURCE[4:]]
    statement = ["a", *["a"] * 7, "a", "e form speech"]
    room = run([*source, *statement, *["a"] * 20], reading=reading)
    kinds = [record["kind"] for record in room.records.values()]
    assert kinds == ["source", "statement", "claim"], room.told[-8:]
    source_id, statement_id, claim_id = room.records
    claim = room.records[claim_id]
    assert claim["statement"] == statement_id
    assert {entry["source"] for entry in claim["evidence"]} == {source_id}
    assert all(entry["locator"].startswith("chars ") and entry["reviewer"] == "lawyer" for entry in claim["evidence"])


def test_a_match_that_is_accepted_writes_nothing_anew() -> None:
    first = run(SOURCE)
    reading = read_text(TEXT)
    (source_id,) = first.records
    first.records[source_id]["sha256"] = reading.document.sha256
    matched = match_drafts(reading, first.make_desk().read())
    progress = Progress(PROGRESS, "")
    room = run([], progress, Room(["a"], first.records), matched)
    assert progress.done["source-1"] == source_id
    assert len(room.records) == 1


def test_protected_drafts_are_counted_and_never_asked_about() -> None:
    reading = read_text("Lamps\n\nAda Testovska was jailed. The ministry passed a web law.\n")
    room = run([*SOURCE, *["a"] * 60], reading=reading)
    assert room.told[0].startswith("1 protected drafts stay here")
    assert "case" not in {record["kind"] for record in room.records.values()}
    assert not any("Testovska" in line for line in [*room.told, *map(str, room.records.values())])


def test_a_document_whose_title_is_withheld_gets_one_from_the_reviewer() -> None:
    reading = read_text("Ada Testovska Jailed Over Posts\n\nKenya ratified the Convention on Network Crime in 2030.\n")
    assert reading.drafts[0].fields == []
    titles = [f"e title.{path}" for path in ("official A report", "language en", "english A report")]
    room = run(["a", "a", *titles, *SOURCE[-2:]], reading=reading)
    assert [record["title"]["english"] for record in room.records.values()] == ["A report"]
