"""Every field that states a fact has a passage behind it, or a word why there is none."""

from pathlib import Path

import pytest

from netglass.register.evidence import Evidence, Unsourced
from netglass.register.fact import find_entries, list_facts
from netglass.register.instrument import Instrument, Stage
from netglass.register.kind import KINDS
from netglass.register.library import read_register
from netglass.register.part import name_items
from netglass.register.record import SourcedRecord
from tests.register.world import read_changed

OTHER = """\
  - fields: [{fields}]
    source: xa-gazette-2020
    locator: art. 6
    retrieved: 2026-03-02
    passage_sha256: 0000000000000000000000000000000000000000000000000000000000000000
    review: draft
"""

UNSOURCED = """\
unsourced:
  - fields: [{fields}]
    reason: The bill of 2019 could not be found.
"""


def read_act(
    folder: Path, fields: str = "all", other: str = "", unsourced: str = ""
) -> tuple[Instrument | None, list[str]]:
    """Read the act with other evidence, and return it with what is wrong."""
    tail = (OTHER.format(fields=other) if other else "") + (UNSOURCED.format(fields=unsourced) if unsourced else "")
    register, faults = read_changed(folder, "instrument", "fields: [all]", f"fields: [{fields}]")
    path = folder / "instrument/xa/xa-calm-act-2020.yml"
    path.write_text(path.read_text() + tail)
    register, faults = read_register(folder, lab=True)
    record = register.records.get("xa-calm-act-2020")
    assert record is None or isinstance(record, Instrument)
    return record, [str(fault).partition("2020.yml:")[2] for fault in faults]


def test_facts_are_named_by_what_they_are_of(tmp_path: Path) -> None:
    act, faults = read_act(tmp_path)
    assert act and not faults
    paths = [fact.path for fact in list_facts(act)]
    assert "title.official" in paths and "stages.adopted.date" in paths and "provisions.art-5.summary" in paths
    assert not {"id", "kind", "cc", "title.language", "provisions.art-5.id", "stages.adopted.stage"} & set(paths)
    assert not any(path.startswith("evidence") for path in paths)


def test_the_second_item_of_a_name_is_counted() -> None:
    stages = [Stage(stage=word, date="2020") for word in ("amended", "amended", "repealed", "amended")]  # type: ignore[arg-type]
    assert name_items(stages) == ["amended", "amended-2", "repealed", "amended-3"]


def test_a_field_that_nothing_covers_is_a_fault_at_its_line(tmp_path: Path) -> None:
    _, faults = read_act(
        tmp_path,
        fields="title, type, issuers, sectors, versions, provisions, requirements, identifiers, stages.adopted",
    )
    assert len(faults) == 3 and faults[0].startswith("15:5: stages.0.date: has no source; add stages.drafted.date to")


def test_the_longest_path_counts(tmp_path: Path) -> None:
    act, faults = read_act(tmp_path, other="stages.in_force", unsourced="stages.drafted.date")
    assert act and faults == []
    (law,), (force,), (draft,) = (
        find_entries(act, f"{path}") for path in ("title.english", "stages.in_force.date", "stages.drafted.date")
    )
    assert isinstance(law, Evidence) and law.locator == "art. 5"
    assert isinstance(force, Evidence) and force.locator == "art. 6"
    assert isinstance(draft, Unsourced)


def test_two_passages_may_bear_out_one_field(tmp_path: Path) -> None:
    act, faults = read_act(tmp_path, other="all")
    assert act and faults == []
    assert len(find_entries(act, "title.english")) == 2
    assert act.tell_review() == "draft"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"unsourced": "all"}, "is sourced and unsourced at once"),
        ({"other": "stages.adoptet"}, "'stages.adoptet' is no field of this record; did you mean stages.adopted?"),
        ({"other": "id"}, "'id' states no fact and needs no source; take it out"),
        (
            {"fields": "all, title, title.official, title.english"},
            "'title' covers nothing, as other entries are more exact",
        ),
    ],
)
def test_evidence_that_does_not_fit_is_a_fault(tmp_path: Path, more: dict[str, str], told: str) -> None:
    _, faults = read_act(tmp_path, **more)
    assert any(told in fault for fault in faults), faults


def test_what_was_reviewed_says_by_whom(tmp_path: Path) -> None:
    _, faults = read_changed(tmp_path, "claim", "    reviewer: lawyer\n", "")
    assert "`reviewer` is missing; add the role" in str(faults[0])


def test_every_kind_but_those_that_describe_themselves_needs_evidence() -> None:
    assert {name for name, model in KINDS.items() if not issubclass(model, SourcedRecord)} == {
        "source",
        "case",
        "search",
    }
