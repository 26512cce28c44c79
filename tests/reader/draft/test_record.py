"""Accepted fields as records of the register."""

from pathlib import Path

import pytest

from netglass.form.fault import FaultError
from netglass.reader.document import Span
from netglass.reader.draft.record import Chosen, Review, make_record, propose_id, tell_faults
from netglass.register.library import Register
from netglass.register.passage import hash_passage

NOTHING = Register(Path("register"), {}, {})
REVIEW = Review("editor", "2031-05-15", "xa-news", "0" * 64)
AT = Span(3, 9)

FIELDS = [
    Chosen("title.official", "News", AT, "a news"),
    Chosen("title.language", "en", AT, "a news"),
    Chosen("title.english", "News", AT, "a news"),
    Chosen("type", "news_report"),
    Chosen("publisher", "The Lamp"),
]


def make_register() -> Register:
    from netglass.register.source import Source

    content = make_record("source", "xa-news", "XA", FIELDS, REVIEW, NOTHING)
    return Register(Path("register"), {"xa-news": Source.model_validate(content)}, {})


def test_a_source_is_its_own_evidence() -> None:
    content = make_record("source", "xa-news", "XA", FIELDS, REVIEW, NOTHING)
    assert (content["sha256"], content["review"], content["reviewer"]) == ("0" * 64, "reviewed", "editor")
    assert "evidence" not in content


def test_each_fact_has_its_passage_and_what_was_added_says_so() -> None:
    chosen = [
        Chosen("title", "Number of users", AT, "users"),
        Chosen("unit", "users", AT, "users"),
        Chosen("values.0.value", 1_200_000.0, Span(20, 31), "1.2 million"),
        Chosen("values.0.date", "2030"),
        Chosen("series", "users"),
        Chosen("method", "not told"),
    ]
    content = make_record("indicator", "xa-users", "XA", chosen, REVIEW, make_register())
    assert content["values"] == [{"value": "1200000", "date": "2030"}]
    passages = {tuple(entry["fields"]): entry for entry in content["evidence"]}
    assert passages[("title", "unit")]["passage_sha256"] == hash_passage("users")
    assert passages[("values.2030.value",)]["locator"] == "chars 20-31"
    assert content["unsourced"][0]["fields"] == ["series", "method"]


def test_stages_are_named_by_their_key() -> None:
    chosen = [
        *FIELDS[:3],
        Chosen("type", "law", AT, "law"),
        Chosen("issuers.0.name", "Assembly"),
        Chosen("issuers.0.type", "legislature"),
        Chosen("stages.amended.date", "2030", AT, "law"),
        Chosen("stages.amended-2.date", "2031", AT, "law"),
    ]
    content = make_record("instrument", "xa-law", "XA", chosen, REVIEW, make_register())
    assert content["stages"] == [{"stage": "amended", "date": "2030"}, {"stage": "amended", "date": "2031"}]


def test_what_is_missing_is_told_with_its_path() -> None:
    with pytest.raises(FaultError) as caught:
        make_record("source", "xa-news", "XA", FIELDS[:4], REVIEW, NOTHING)
    assert tell_faults(caught.value.faults)[0].startswith("publisher: is missing")


def test_a_record_that_names_nothing_known_is_refused() -> None:
    chosen = [
        Chosen("statement", "xa-speech"), Chosen("summary", "All is well."), Chosen("about", ["blocking"]), Chosen("checkable", True),
        Chosen("checked_by", ["verdicts"]),
    ]  # fmt: skip
    with pytest.raises(FaultError, match="there is no statement"):
        make_record("claim", "xa-claim", "XA", chosen, REVIEW, make_register())


def test_a_proposed_id_speaks_and_is_free() -> None:
    chosen = [Chosen("title.english", "Café Act"), Chosen("stages.adopted.date", "2030-01-02")]
    assert propose_id("instrument", "XA", chosen, [], "") == "xa-cafe-act-2030"
    assert propose_id("instrument", "XA", chosen, ["xa-cafe-act-2030"], "") == "xa-cafe-act-2030-2"
    assert propose_id("source", "XA", [], [], "abcdef0123") == "xa-document-abcdef01"
