"""The tokens that texts are compared by: one for each Han character, each word and each mark.

Two spellings that say the same (full and half width, the kind of quotation mark) have one key.
"""

import re
import unicodedata
from array import array
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]|[^\W_\u3400-\u4dbf\u4e00-\u9fff]+(?:[.,'’][^\W_\u3400-\u9fff]+)*|[^\s]"
)
_SAME = str.maketrans("“”„«»‘’—–‐‑", '"""""\'\'----')


class Token(NamedTuple):
    """One token: what it is compared by, and its characters in the text."""

    key: str
    start: int
    end: int


def split_tokens(text: str, start: int = 0) -> list[Token]:
    """Return the tokens of ``text``; ``start`` is added to their places."""
    return [Token(_fold(found[0]), found.start() + start, found.end() + start) for found in _TOKEN.finditer(text)]


class Words(NamedTuple):
    """The words of a text, column by column, for texts are long: what each is compared by, and its characters."""

    keys: list[str]
    starts: "array[int]"
    ends: "array[int]"


def split_words(text: str) -> Words:
    """Return the tokens of ``text`` without marks and in lower case: what a passage says, however it is set."""
    words = Words([], array("I"), array("I"))
    for found in _TOKEN.finditer(text):
        if key := _fold_word(found[0]):
            words.keys.append(key)
            words.starts.append(found.start())
            words.ends.append(found.end())
    return words


@lru_cache(maxsize=65536)
def _fold_word(written: str) -> str:
    """Return the key of a word in lower case, or nothing for a mark."""
    key = _fold(written)
    return key.casefold() if key[0].isalnum() else ""


@lru_cache(maxsize=65536)
def _fold(written: str) -> str:
    return unicodedata.normalize("NFKC", written.translate(_SAME)) or written
