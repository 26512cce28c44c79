import csv
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.refdata.fingerprint import Fingerprint, FingerprintList, PlaceRules, Rule, plan_body, read_fingerprints
from netglass.refdata.scan import BodyScanner
from netglass.vocab.error import InputError
from tests.refdata.world import FINGERPRINTS, make_refdata

HEADER = "name,scope,location_found,pattern_type,pattern,expected_countries\n"


@pytest.fixture(scope="module")
def refdata(tmp_path_factory):
    return make_refdata(tmp_path_factory.mktemp("refdata"))


def names(found):
    return [fingerprint.name for fingerprint in found]


def test_a_page_is_known_by_its_words_and_case_matters(refdata):
    assert names(refdata.match_http(200, [], None, b"<p>Closed by Decree 40</p>")) == ["t.ministry"]
    assert refdata.match_http(200, [], None, b"<p>closed by decree 40</p>") == ()


def test_headers_are_known_by_name_without_and_by_value_with_case(refdata):
    assert names(refdata.match_http(200, [("SERVER", "gateway/1.2")], None, b"")) == ["t.gate"]
    assert refdata.match_http(200, [("Server", "Gateway/1.2")], None, b"") == ()
    assert names(refdata.match_http(302, [("Location", "http://notice.alpha.test/x")], None, b"")) == ["t.notice"]
    assert refdata.match_http(302, [("Location", "https://x/?http://notice.alpha.test/")], None, b"") == ()


def test_a_title_and_a_false_positive_are_known(refdata):
    assert names(refdata.match_http(200, [], "Office filter", b"")) == ["t.office"]
    (found,) = refdata.match_http(403, [], None, b"Ray ID:\n <b>beef</b>")
    assert (found.scope, found.mechanism) == ("fp", None)


def test_a_fingerprint_says_where_it_is_expected_and_what_it_means(refdata):
    (found,) = refdata.match_http(200, [("server", "gateway/1.2")], None, b"")
    assert found.cc == ("XA", "XB")
    assert (found.location, found.mechanism) == ("header.server", "http.blockpage")
    assert refdata.match_dns("5.6.7.8").mechanism == "dns.injection.blockpage"
    assert refdata.match_dns("::ffff:5.6.7.8").name == "t.dns"
    assert refdata.match_dns("5.6.7.9") is None


def test_matches_come_in_the_order_of_the_file(refdata):
    body = b"Ray ID: 1234 Closed by Decree 40"
    assert names(refdata.match_http(200, [("Server", "gateway/1.2")], "Office filter", body)) == [
        "t.ministry",
        "t.gate",
        "t.office",
        "t.cdn",
    ]


def oracle(rules, body):
    """Plain Python: comparison of bytes, and regular expressions over the text with dots that match line ends."""
    text = body.decode("utf-8", "replace")
    found = []
    for number, rule in enumerate(rules):
        if rule.fingerprint.location != "body":
            continue
        pattern = rule.pattern
        if rule.kind == "contains":
            hit = pattern.encode() in body
        elif rule.kind == "regexp":
            hit = re.search(pattern, text, re.DOTALL) is not None
        else:
            hit = body == pattern.encode() if rule.kind == "full" else body.startswith(pattern.encode())
        if hit:
            found.append(number)
    return found


def write_rules(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER.strip().split(","))
        writer.writerows(
            (f"r{number}", "nat", location, kind, pattern, "") for number, (location, kind, pattern) in enumerate(rows)
        )
    return read_fingerprints(path)


TRICKY = [
    ("body", "contains", "ab"),
    ("body", "contains", "é"),
    ("body", "contains", "\ufffd"),
    ("body", "full", "ab"),
    ("body", "prefix", "b"),
    ("body", "regexp", "a.b"),
    ("body", "regexp", "a.*b"),
    ("body", "regexp", "a.+?é"),
    ("body", "regexp", "\ufffd.*\ufffd"),
    ("body", "regexp", r"(a)b\1"),
    ("body", "regexp", r"a(?=\d)"),
    ("body", "regexp", r"\bab\b"),
    ("body", "regexp", r"^b"),
    ("body", "regexp", r"b$"),
    ("body", "regexp", r"(?i)AB{2}"),
    ("body", "regexp", r"[^a]{2}\d"),
    ("body", "regexp", r"a*"),
    ("body", "regexp", r"\w\s\w"),
]


@given(st.one_of(st.binary(max_size=40), st.text(alphabet="abé\n 1٣\u2028", max_size=40).map(str.encode)))
def test_one_pass_finds_what_plain_python_finds(tmp_path_factory, body):
    fingerprints, scanner = scanner_of_tricky_rules(tmp_path_factory)
    assert sorted(scanner.list_rules(body)) == oracle(fingerprints.rules, body)


KEPT = {}


def scanner_of_tricky_rules(tmp_path_factory):
    if not KEPT:
        fingerprints = FingerprintList(write_rules(tmp_path_factory.mktemp("rules") / "rules.csv", TRICKY))
        KEPT["both"] = fingerprints, BodyScanner(fingerprints, None)
    return KEPT["both"]


@given(st.text(alphabet="abé\n 1٣\u2028", max_size=40).map(str.encode))
def test_a_body_that_is_known_to_be_text_is_not_decoded_and_tells_the_same(tmp_path_factory, body):
    fingerprints, scanner = scanner_of_tricky_rules(tmp_path_factory)
    assert sorted(scanner.list_rules(body, is_text=True)) == oracle(fingerprints.rules, body)


@pytest.mark.parametrize("size", range(80))
def test_a_literal_at_the_end_of_a_short_body_is_found(tmp_path_factory, size):
    fingerprints, scanner = scanner_of_tricky_rules(tmp_path_factory)
    for end in ("é", "ab", "aé"):
        body = b"1" * size + end.encode()
        assert sorted(scanner.list_rules(body)) == oracle(fingerprints.rules, body)


@given(st.text(alphabet="abc1é", max_size=12))
def test_the_quick_look_at_a_header_misses_no_rule(text):
    kinds = [
        *(("full", p) for p in ("ab", "é")),
        *(("prefix", p) for p in ("a", "b1")),
        ("contains", "bc"),
        ("contains", "1é"),
    ]
    rules = [Rule(Fingerprint("", "nat", (), "header.location", None), kind, pattern, None) for kind, pattern in kinds]
    expected = tuple(number for number, rule in enumerate(rules) if rule.matches(text))
    assert PlaceRules(rules, range(len(rules))).match(text) == expected


def test_expressions_that_the_automaton_cannot_do_are_still_searched(tmp_path):
    plan = plan_body(write_rules(tmp_path / "rules.csv", TRICKY))
    kinds = {TRICKY[number][2] for number in plan.always}
    assert {"a*", r"\w\s\w", r"\bab\b"} <= kinds
    assert {TRICKY[plan.rules[number]][2] for number in plan.confirm} >= {r"(a)b\1", "^b"}


def test_real_fingerprints_match_as_plain_python_does(shared_data, tmp_path):
    rules = read_fingerprints(shared_data / "fingerprints" / "fingerprints_http.csv")
    fingerprints = FingerprintList(rules)
    scanner = BodyScanner(fingerprints, tmp_path)
    chance = random.Random(1)
    literals = [rule.pattern for rule in rules if rule.fingerprint.location == "body"]
    bodies = [b"", b"\xff\xfe" * 40]
    for _ in range(60):
        pieces = [chance.choice(literals)[: chance.randrange(4, 200)] for _ in range(chance.randrange(1, 5))]
        filler = "".join(chance.choice("<>abc \n") for _ in range(chance.randrange(200)))
        bodies.append((filler + filler.join(pieces)).encode())
    assert sum(len(oracle(rules, body)) for body in bodies) > 60
    for body in bodies:
        assert sorted(scanner.list_rules(body)) == oracle(rules, body)


def test_a_compiled_form_is_kept_and_a_damaged_one_is_made_again(tmp_path):
    path = tmp_path / "rules.csv"
    path.write_text(FINGERPRINTS)
    fingerprints = FingerprintList(read_fingerprints(path))
    BodyScanner(fingerprints, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    for content in (kept.read_bytes(), b"", b"no automaton", kept.read_bytes()[:100]):
        kept.write_bytes(content)
        assert BodyScanner(fingerprints, tmp_path / "cache").list_rules(b"Closed by Decree 40") == [0]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("x,nat,body,contains,,", "empty"),
        (",nat,body,contains,p,", "empty"),
        ("x,nat,body,like,p,", "pattern_type"),
        ("x,nat,foot,contains,p,", "location_found"),
        ("x,nat,body,regexp,(,", "x"),
    ],
)
def test_a_bad_row_is_named(tmp_path, row, what):
    path = tmp_path / "rules.csv"
    path.write_text(f"{HEADER}ok,nat,body,contains,p,\n{row}\n")
    with pytest.raises(InputError, match=rf"rules\.csv:3: .*{what}"):
        read_fingerprints(path)


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "rules.csv"
    path.write_text("name,pattern\nx,y\n")
    with pytest.raises(InputError, match=r"rules\.csv:1: no column scope, location_found"):
        read_fingerprints(path)


@given(st.text(max_size=200))
def test_any_text_is_rules_or_an_input_error(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("rules") / "rules.csv"
    path.write_text(HEADER + text, encoding="utf-8", errors="surrogatepass")
    try:
        plan_body(read_fingerprints(path))
    except InputError as error:
        assert "rules.csv" in str(error)
