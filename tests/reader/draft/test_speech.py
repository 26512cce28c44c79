"""Statements and claims."""

import pytest

from netglass.reader.draft.finding import Finding
from netglass.reader.draft.speech import read_speeches
from tests.reader.draft.scene import make_scene


def read(text: str, kind: str, published: str | None = None) -> list[Finding]:
    return [finding for finding in read_speeches(make_scene(text, published)) if finding.kind == kind]


def get(finding: Finding, path: str) -> object:
    return next((item.value for item in finding.fields if item.path == path), None)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The minister said on Tuesday that no web site was blocked.", "no web site was blocked"),
        ("“Our internet is open and free,” a spokesperson told reporters.", "Our internet is open and free"),
        (
            "The envoy said the internet law was good and was opposed to filtering, which is rare.",
            "the internet law was good",
        ),
        ("Filtering is over, an official said.", "Filtering is over"),
        ("It is, according to the Lowmark Institute, to “gain support for censorship”.", "gain support for censorship"),
    ],
)
def test_the_clause_after_a_verb_of_saying_is_a_claim(text: str, claim: str) -> None:
    found = read(text, "claim")[0]
    assert text[found.span.start : found.span.end] == claim


@pytest.mark.parametrize(
    ("clause", "reason"),
    [
        ("the country respects freedom of expression", "language_of_rights"),
        ("no country should dominate the web", "value_judgement"),
        ("it will filter the web", "intention"),
        ("no web site was blocked", None),
        ("the internet is under sovereignty", "too_vague"),
    ],
)
def test_rights_and_values_get_no_truth_value(clause: str, reason: str | None) -> None:
    (claim,) = read(f"The minister said {clause}.", "claim")
    assert (get(claim, "checkable"), get(claim, "not_checkable_because")) == (reason is None, reason)


def test_one_speaker_makes_one_statement_with_the_date_that_is_told() -> None:
    text = "The minister said the web is safe. On Wednesday the minister said filters work."
    (statement,) = read(text, "statement")
    assert get(statement, "date") is None
    (dated,) = read(text, "statement", "2031-05-14")
    assert get(dated, "date") == "2031-05-14"


def test_a_pronoun_is_the_last_speaker() -> None:
    text = "President Olo Verrin came. He said no state should control the internet."
    (claim,) = read(text, "claim")
    assert claim.said_by and get(claim.said_by, "speaker.role") == "head_of_state"


def test_a_draft_declaration_is_a_statement_without_a_speaker() -> None:
    text = "Last year a draft declaration asking to “honour the digital borders of states” was shown."
    (statement,) = read(text, "statement", "2031")
    assert (get(statement, "form"), get(statement, "date")) == ("draft_declaration", "2030")


def test_a_long_quotation_of_nobody_is_a_claim_of_nobody() -> None:
    (claim,) = read("“The rights of all users of the internet must be kept by everybody.” It rained.", "claim")
    assert (claim.rule, claim.said_by) == ("claim.unattributed", None)


def test_what_is_about_nothing_of_the_register_is_no_claim() -> None:
    assert read("Engineers said the hall was cold in winter.", "claim") == []


def test_a_denial_is_the_contrary_of_its_clause() -> None:
    (claim,) = read("A spokeswoman denied that any shutdown had been ordered.", "claim")
    assert (claim.rule, get(claim, "summary")) == ("claim.denied", "Denies something about shutdown.")
