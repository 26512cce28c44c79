"""What pydantic refuses is told with line, column and a hint."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from netglass.form.document import read_document
from netglass.form.fault import suggest
from netglass.form.model import describe_errors, refuse


def _refuse_seven(value: str) -> str:
    if value == "7":
        raise refuse("is refused", "write 8")
    return value


class Wheel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    size: int = Field(description="How large it is. In inches.")
    colour: Literal["red", "green"] = "red"


class Bike(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: Annotated[str, BeforeValidator(_refuse_seven)]
    """What it is called."""
    wheels: Annotated[tuple[Wheel, ...], Field(min_length=1)] = ()
    lamp: Wheel | None = None


def fail(folder: Path, text: str, *, quote: bool = True) -> list[str]:
    path = folder / "bike.yml"
    path.write_text(text)
    document = read_document(path)
    with pytest.raises(ValidationError) as caught:
        Bike.model_validate(document.content)
    return [str(fault).removeprefix(f"{path}:") for fault in describe_errors(document, Bike, caught.value, quote=quote)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nmae: A\nname: B\n", "1:1: nmae: there is no such key; did you mean name?"),
        ("name: A\nqqq: B\n", "2:1: qqq: there is no such key; known are name, wheels, lamp"),
        ("lamp: {size: 1}\n", "1:1: name: is missing; add it: What it is called"),
        ("name: A\nwheels:\n  - {}\n", "3:5: wheels.0.size: is missing; add it: How large it is"),
        (
            "name: A\nlamp:\n  size: 1\n  colour: gren\n",
            "4:3: lamp.colour: 'gren' is none of the words for it; did you mean green?",
        ),
        ("name: A\nwheels: [{size: big}]\n", "2:11: wheels.0.size: 'big': Input should be a valid integer"),
        ("name: A\nwheels: round\n", "2:1: wheels: 'round': Input should be a valid tuple; write a list"),
        ("name: [A]\n", "1:1: name: Input should be a valid string; write one piece of text here"),
        ("name: 7\n", "1:1: name: '7' is refused; write 8"),
        ("name: A\nwheels: []\n", "2:1: wheels: Tuple should have at least 1 item"),
    ],
)
def test_each_sort_of_fault_has_its_words(tmp_path: Path, text: str, told: str) -> None:
    assert fail(tmp_path, text)[0].startswith(told)


def test_faults_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    told = fail(tmp_path, "wheels:\n  - {size: x}\n  - {size: y}\nname: 7\n")
    assert [line.split(":")[0] for line in told] == ["2", "3", "4"]


def test_nothing_is_quoted_where_nothing_may_be(tmp_path: Path) -> None:
    text = "name: 7\nlamp:\n  size: Ada\n  colour: Ada\nAda: Ada\n"
    told = fail(tmp_path, text, quote=False)
    assert len(told) == 4 and "Ada" not in "".join(told) and all("; " in line for line in told)


def test_a_long_list_of_what_is_known_is_cut() -> None:
    assert suggest("zzz", [f"word{number}" for number in range(40)]).endswith("word29 and 10 more")
    assert suggest("RED", ["red", "green"]) == "did you mean red?"
