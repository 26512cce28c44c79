"""Block-page fingerprints: known pages, headers and forged addresses, and known false positives.

The format is that of OONI's blocking-fingerprints (README there, *Schema*): ``location_found`` is ``dns``, ``body``,
``title`` or ``header.NAME``; ``pattern_type`` is ``full``, ``prefix``, ``contains`` or ``regexp``, all
case-sensitive; ``scope`` is ``nat``, ``isp``, ``prod``, ``inst``, ``vbw`` (a vague word), ``injb``, ``prov`` or
``fp``: a page that looks like a block and is none, which is evidence *against* blocking. A regular expression sees
the body as text and its dot matches line ends, as in OONI's own pipeline (ooni/data, fingerprintdb.py:
``re.DOTALL``).
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from netglass.refdata.address import format_address, parse_address
from netglass.refdata.pattern import DOTALL, ONCE, PREFILTER, UCP, UTF8, Expression, can_compile, quote_literal
from netglass.refdata.sheet import read_records
from netglass.vocab.error import InputError

COLUMNS = ("name", "scope", "location_found", "pattern_type", "pattern", "expected_countries")
PATTERN_TYPES = ("full", "prefix", "contains", "regexp")

FALSE_POSITIVE = "fp"
"""Scope of a fingerprint that speaks against blocking."""

_EXACT = re.compile(r"(?:[^\\.^$*+?{}\[\]|()]|\{(?![0-9,])|\}|\\[^0-9A-Za-z]|\.(?:[*+]\??)?)+")
"""Expressions that mean the same in Python and Hyperscan: literals, escaped punctuation, dots and starred dots."""

_UNLIKE = re.compile(r"\\[A-Za-z]|\(\?[A-Za-z]|\$")
"""Constructs that Python and PCRE read differently (U+001C is white space in Python alone); they make no filter."""


class Fingerprint(NamedTuple):
    """A fingerprint that matched: name, scope, expected countries, where it was found, what it would mean."""

    name: str
    scope: str
    cc: tuple[str, ...]
    location: str
    mechanism: str | None


class Rule(NamedTuple):
    """A fingerprint with its pattern."""

    fingerprint: Fingerprint
    kind: str
    pattern: str
    regexp: re.Pattern[str] | None

    def matches(self, text: str) -> bool:
        """Say whether ``text`` carries the pattern."""
        if self.regexp is not None:
            return self.regexp.search(text) is not None
        if self.kind == "contains":
            return self.pattern in text
        return text.startswith(self.pattern) if self.kind == "prefix" else text == self.pattern


def _mechanism(scope: str, location: str) -> str | None:
    if scope == FALSE_POSITIVE:
        return None
    if location == "dns":
        return "dns.injection.blockpage"
    return "http.redirect" if location == "header.location" else "http.blockpage"


def _read_rule(row: dict[str, str]) -> Rule:
    location, kind, pattern, scope = row["location_found"], row["pattern_type"], row["pattern"], row["scope"]
    if kind not in PATTERN_TYPES:
        raise ValueError(f"pattern_type is {kind!r}, not one of {', '.join(PATTERN_TYPES)}")
    if location not in ("dns", "body", "title") and not location.startswith("header."):
        raise ValueError(f"location_found is {location!r}, not dns, body, title or header.NAME")
    if not pattern or not row["name"]:
        raise ValueError("name or pattern is empty")
    cc = tuple(code.strip() for code in row["expected_countries"].split(",") if code.strip())
    regexp = re.compile(pattern, re.DOTALL) if kind == "regexp" else None
    fingerprint = Fingerprint(row["name"], scope, cc, location.lower(), _mechanism(scope, location.lower()))
    return Rule(fingerprint, kind, pattern, regexp)


def read_fingerprints(path: Path) -> list[Rule]:
    """Read a CSV file in OONI's column layout.

    Raises:
        InputError: a column is missing or a row cannot be used; the message names file, line and field.
    """
    rules: list[Rule] = []
    for line, row in read_records(path, COLUMNS, "the layout of OONI's blocking-fingerprints"):
        try:
            rules.append(_read_rule(row))
        except (ValueError, re.error, RecursionError, OverflowError) as error:
            raise InputError(f"{path}:{line}: {error} (fingerprint {row['name']!r})") from error
    return rules


class BodyPlan(NamedTuple):
    """How body rules are searched: an expression for each number, the rule behind it, and who needs another look."""

    expressions: tuple[Expression, ...]
    rules: tuple[int, ...]
    text_numbers: frozenset[int]
    confirm: frozenset[int]
    always: tuple[int, ...]


def _express(rule: Rule) -> Expression:
    pattern = rule.pattern.encode()
    if rule.regexp is None:
        begin, end = (b"" if rule.kind == "contains" else rb"\A"), (rb"\z" if rule.kind == "full" else b"")
        return Expression(begin + quote_literal(pattern) + end, ONCE)
    if _EXACT.fullmatch(rule.pattern):
        return Expression(pattern, ONCE | DOTALL | UTF8)
    return Expression(pattern, DOTALL | UTF8 | UCP | PREFILTER)


def _can_search(pattern: str, expression: Expression) -> bool:
    """Say whether the automaton finds whatever Python finds."""
    return (expression.flags & PREFILTER == 0 or not _UNLIKE.search(pattern)) and can_compile(expression)


def plan_body(rules: Sequence[Rule]) -> BodyPlan:
    """Turn the body rules into expressions for one pass.

    A regular expression that Hyperscan understands in another way than Python serves as a filter whose hits Python
    confirms; one that Hyperscan cannot even filter is always left to Python.
    """
    expressions: list[Expression] = []
    owners: list[int] = []
    text_numbers, confirm, always = set(), set(), []
    for number, rule in enumerate(rules):
        if rule.fingerprint.location != "body":
            continue
        expression = _express(rule)
        if rule.regexp is not None and not _can_search(rule.pattern, expression):
            always.append(number)
            continue
        if expression.flags & UTF8:
            text_numbers.add(len(expressions))
        if expression.flags & PREFILTER:
            confirm.add(len(expressions))
        expressions.append(expression)
        owners.append(number)
    return BodyPlan(tuple(expressions), tuple(owners), frozenset(text_numbers), frozenset(confirm), tuple(always))


class PlaceRules:
    """The rules for one place, with a quick look that most texts do not pass."""

    def __init__(self, rules: Sequence[Rule], numbers: Sequence[int]) -> None:
        kinds = {
            kind: [rules[number].pattern for number in numbers if rules[number].kind == kind] for kind in PATTERN_TYPES
        }
        self._rules = [(number, rules[number]) for number in numbers]
        self._starts = tuple(kinds["prefix"])
        self._parts = kinds["contains"]
        self._fulls = frozenset(kinds["full"])
        self._has_regexps = bool(kinds["regexp"])

    def match(self, text: str) -> tuple[int, ...]:
        """Return the numbers of the rules that match ``text``."""
        if (
            self._has_regexps
            or text in self._fulls
            or text.startswith(self._starts)
            or any(map(text.__contains__, self._parts))
        ):
            return tuple(number for number, rule in self._rules if rule.matches(text))
        return ()


class FingerprintList:
    """All rules of the loaded snapshots, sorted by where they look."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.body_plan = plan_body(self.rules)
        self._dns_full: dict[str, Fingerprint] = {}
        self._dns_other: list[Rule] = []
        by_place: dict[str, list[int]] = {}
        self._memo: dict[tuple[str, str], tuple[int, ...]] = {}
        self._places_memo: dict[tuple[str, ...], tuple[tuple[int, str], ...]] = {}
        for number, rule in enumerate(self.rules):
            location = rule.fingerprint.location
            if location != "dns":
                by_place.setdefault(location, []).append(number)
            elif rule.kind == "full":
                self._dns_full.setdefault(normalize_answer(rule.pattern), rule.fingerprint)
            else:
                self._dns_other.append(rule)
        self._by_place = {place: PlaceRules(self.rules, numbers) for place, numbers in by_place.items()}
        self._header_places = {
            place.removeprefix("header."): place for place in self._by_place if place.startswith("header.")
        }

    def match_dns(self, answer: str) -> Fingerprint | None:
        """Return the fingerprint of a DNS answer (address or canonical name)."""
        name = normalize_answer(answer)
        found = self._dns_full.get(name)
        if found is not None or not self._dns_other:
            return found
        return next((rule.fingerprint for rule in self._dns_other if rule.matches(name)), None)

    def match_place(self, place: str, text: str) -> tuple[int, ...]:
        """Return the numbers of the rules for ``place`` (``title``, ``header.NAME``) that match ``text``; memoised."""
        rules = self._by_place.get(place)
        if rules is None:
            return ()
        found = self._memo.get((place, text))
        if found is None:
            if len(self._memo) > 100_000:
                self._memo.clear()
            found = self._memo[place, text] = rules.match(text)
        return found

    def match_headers(self, headers: Sequence[tuple[str, str]]) -> tuple[int, ...]:
        """Return the numbers of the header rules that match any value of their header."""
        found: tuple[int, ...] = ()
        for at, place in self._find_places(tuple([name for name, _ in headers])):
            found += self.match_place(place, headers[at][1])
        return found

    def _find_places(self, names: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
        """Return position and place of the headers that rules look at; remembered, since answers have the same names."""
        found = self._places_memo.get(names)
        if found is None:
            if len(self._places_memo) > 4_096:
                self._places_memo.clear()
            places = [self._header_places.get(name.lower()) for name in names]
            found = tuple((at, place) for at, place in enumerate(places) if place is not None)
            self._places_memo[names] = found
        return found

    def confirm_body(self, numbers: Iterable[int], body: bytes) -> list[int]:
        """Turn expression numbers found in ``body`` into rule numbers, looking again where the pass was no proof."""
        plan, rules = self.body_plan, self.rules
        found = [plan.rules[number] for number in numbers if number not in plan.confirm]
        open_rules = [*(plan.rules[number] for number in plan.confirm.intersection(numbers)), *plan.always]
        if open_rules:
            text = body.decode("utf-8", "replace")
            found.extend(number for number in open_rules if rules[number].matches(text))
        return found


def normalize_answer(answer: str) -> str:
    """Return an address in its shortest form, a name in lower case without the final dot."""
    address = parse_address(answer)
    return answer.lower().rstrip(".") if address is None else format_address(address)
