"""What companies did and promised."""

from typing import get_args

import pytest

from netglass.reader.draft.company import ACTS, read_companies
from netglass.register.company import Conduct
from tests.reader.draft.scene import make_scene


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("Lumenfold Inc. removed 214 videos.", "conduct.conduct-1.type", "takedown"),
        ("Lumenfold Inc. removed 214 videos.", "conduct.conduct-1.count", 214),
        ("Pearmark Ltd withdrew six messaging apps.", "conduct.conduct-1.type", "app_removal"),
        ("Providers said foreign firms would hand over user data.", "conduct.conduct-1.type", "data_disclosure"),
        (
            "Foreign platforms promised to store user data in the country.",
            "commitments.commitment-1.summary",
            "Promised something about data location.",
        ),
    ],
)
def test_an_act_or_a_promise_of_a_company(text: str, path: str, value: object) -> None:
    (found,) = read_companies(make_scene(text))
    assert next(item.value for item in found.fields if item.path == path) == value


def test_what_a_rule_obliges_is_no_act() -> None:
    assert read_companies(make_scene("The bill requires platforms to remove posts.")) == []


def test_words_are_those_of_the_register() -> None:
    assert {type_ for _, type_, _ in ACTS} <= set(get_args(Conduct.model_fields["type"].annotation))
