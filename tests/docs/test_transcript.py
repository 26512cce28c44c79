"""The tutorial shows what its commands print."""

import re
from pathlib import Path

import pytest

from docs.transcript import BLOCK, PAGE, cut_part, fill_page, run_commands


def test_the_tutorial_shows_true_output(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(list(BLOCK.finditer(text))) >= 6
    assert fill_page(text, tmp_path) == text, "run `python docs/transcript.py` and read what has changed"


def test_a_part_is_cut_from_start_to_end() -> None:
    output = "one\ntwo\nthree\nfour\n"
    assert cut_part(output, None, None) == output
    assert cut_part(output, "tw", "fo") == "two\nthree\n"
    assert cut_part(output, "three", "nothing") == "three\nfour\n"


def test_output_that_is_not_true_is_replaced(tmp_path: Path) -> None:
    page = "text\n```console\n$ echo true\nfalse\n```\nmore\n"
    assert fill_page(page, tmp_path) == "text\n```console\n$ echo true\ntrue\n```\nmore\n"


def test_a_command_that_fails_is_no_output(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=re.escape("exit status 3")):
        run_commands("$ exit 3\n", tmp_path)
