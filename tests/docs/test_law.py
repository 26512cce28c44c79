"""The example of how to add a law is valid, and its hashes are those of the passages that the page shows."""

import re
from pathlib import Path

import yaml

from netglass.register.library import read_register
from netglass.register.passage import hash_passage
from tests.docs.page import ROOT

PAGE = (ROOT / "docs/how-to/add-a-law.md").read_text(encoding="utf-8")


def read_example() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_is_valid(tmp_path: Path) -> None:
    for text in read_example():
        record = yaml.load(text, Loader=yaml.BaseLoader)
        path = tmp_path / record["kind"] / record["cc"].lower() / f"{record['id']}.yml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    register, faults = read_register(tmp_path, lab=True)
    assert faults == ()
    assert {record.kind for record in register.records.values()} == {"source", "instrument"}


def test_the_hash_is_that_of_the_passage_shown() -> None:
    passages = re.findall(r"printf '(.*?)' \| netglass register hash", PAGE)
    assert passages
    assert all(hash_passage(passage) in PAGE for passage in passages)
