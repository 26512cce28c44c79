"""What befell people, and what is a rule of law."""

import pytest

from netglass.reader.draft.custody import RULES, Watch, hash_passage_with_salt, watch_text
from netglass.reader.draft.sentence import split_sentences


def watch(text: str, language: str = "en", **options: bool) -> Watch:
    return watch_text(text, split_sentences(text), language, frozenset(), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "fact", "accusation"),
    [
        ("Police detained three bloggers over posts.", "detention", "online_speech"),
        ("Ada Testovska was arrested for spreading rumours.", "arrest", "rumours"),
        ("The poet went on trial for insulting the king.", "trial", "insult"),
        ("A court jailed the editor for subversion.", "sentence", "state_security"),
        ("She was charged with leaking state secrets.", "charge", "secrets"),
        ("The teacher was released on bail.", "release", "unknown"),
        ("Judges upheld the seven-month term handed to Ada Testovska.", "sentence", "unknown"),
        ("Her imprisonment for a post began in May.", "sentence", "online_speech"),
        ("Ada Testovska was fined.", "sentence", "unknown"),
        ("被告人张三因网上发帖被判处有期徒刑三年。", "sentence", "online_speech"),
    ],
)
def test_a_fact_has_a_class_and_an_accusation(text: str, fact: str, accusation: str) -> None:
    (custody,) = watch(text, "en" if text.isascii() else "zh").facts
    assert (custody.rule.fact, custody.accusation) == (fact, accusation)


@pytest.mark.parametrize(
    "text",
    [
        "Under the rules, anyone who runs a server may be jailed for up to three years.",
        "The bill would allow people to be detained for a week.",
        "Platforms were fined for late takedowns, and the law sets prison terms for spies.",
        "The trial version of the browser is free.",
        "The new network was charged to the budget.",
    ],
)
def test_a_rule_of_law_befell_nobody(text: str) -> None:
    assert watch(text).facts == []


def test_a_name_beside_a_rule_makes_it_a_fact() -> None:
    assert watch("Ada Testovska could be jailed for three years.").names == {"Ada Testovska"}


def test_in_the_text_of_a_law_only_a_name_makes_a_fact() -> None:
    assert watch("A person convicted of spying is fined.", strict=True).facts == []
    assert len(watch("Mr Fictus was convicted of spying.", strict=True).facts) == 1


def test_several_without_a_name_are_a_clause_and_one_is_the_sentence() -> None:
    text = "The state wrote a law, detaining a number of people for posts. The writer was detained, the law stood."
    spans = [text[fact.span.start : fact.span.end] for fact in watch(text).facts]
    assert spans == ["detaining a number of people for posts.", "The writer was detained, the law stood."]


def test_what_follows_with_a_pronoun_is_withheld_too() -> None:
    text = "The writer was jailed. Her school closed. The law stands."
    assert [text[span.start : span.end] for span in watch(text).withheld] == [
        "The writer was jailed.",
        "Her school closed.",
    ]


def test_a_fact_that_names_nobody_looks_back_for_a_name() -> None:
    assert watch("Testovska wrote a book.\nPolice arrested the writer.").names == {"Testovska"}


def test_the_hash_needs_the_salt() -> None:
    assert (
        hash_passage_with_salt("a  b", "1") == hash_passage_with_salt("a b", "1") != hash_passage_with_salt("a b", "2")
    )


def test_ids_of_rules_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
