"""Numbers as legal texts write them: Arabic, Roman, Chinese, and the numbers of articles that were put in between."""

import re

_DIGITS = {mark: value for value, mark in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_WELL_FORMED = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")

CHINESE = "〇零一二三四五六七八九十百千万两"
"""The marks that a Chinese number may have."""


def parse_chinese(text: str) -> int:
    """Read a Chinese number below 100 million: 一百二十 is 120, 二〇一五 is 2015, 12 is 12.

    Raises:
        ValueError: it is no such number.
    """
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(mark not in CHINESE for mark in text):
        raise ValueError(f"{text!r} is no Chinese number")
    if "万" in text:
        head, _, tail = text.partition("万")
        return parse_chinese(head) * 10_000 + (parse_chinese(tail) if tail else 0)
    if not any(mark in _UNITS for mark in text):
        return int("".join(str(_DIGITS[mark]) for mark in text))
    total, waiting = 0, 0
    for mark in text:
        if mark in _UNITS:
            total += (waiting or 1) * _UNITS[mark]
            waiting = 0
        else:
            waiting = _DIGITS[mark]
    return total + waiting


def parse_roman(text: str) -> int:
    """Read a Roman number in either case.

    Raises:
        ValueError: it is no Roman number.
    """
    low = text.lower()
    if not low or not _WELL_FORMED.fullmatch(low):
        raise ValueError(f"{text!r} is no Roman number")
    values = [_ROMAN[mark] for mark in low]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def normalise_number(text: str, inserted: str | None = None) -> str:
    """Return the number of a provision in one form: 一百二十 is ``120``, 第一百二十条之一 is ``120-1``, IV is ``4``, ``5A`` is ``5a``.

    Args:
        text: the number as written.
        inserted: the number after 之, of an article put in between.
    """
    number = _normalise(text)
    return f"{number}-{_normalise(inserted)}" if inserted else number


def _normalise(text: str) -> str:
    for parse in (parse_chinese, parse_roman):
        try:
            return str(parse(text))
        except ValueError:
            continue
    return text.lower()
