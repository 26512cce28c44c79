"""No packet before consent; asked again where something else is to be measured."""

import stat

import pytest

from netglass.api.probe import make_probe_config, run_probe, seek_consent
from netglass.probe import consent
from netglass.probe.config import Vantage
from netglass.probe.consent import Permit, describe, grant, hash_url, load_consent, make_consent, why_ask
from netglass.probe.plan import describe_packets
from netglass.probe.url_list import Risk, make_url_list
from netglass.vocab.error import InputError, UsageError

LOW = make_url_list([("http://a.test/", "COMM"), ("http://b.test/", "COMM")])
NEWS = make_url_list([("http://a.test/", "COMM"), ("http://b.test/", "NEWS")])
PART = make_url_list([("http://a.test/", "COMM")])
MORE = make_url_list([("http://a.test/", "COMM"), ("http://c.test/", "COMM")])
OFF = ("XZ",)


class Untouchable:
    """A net any use of which fails the test."""

    def __getattribute__(self, name):
        pytest.fail(f"the net was used: {name}")


@pytest.fixture(autouse=True)
def consent_file(tmp_path, monkeypatch):
    path = tmp_path / "settings" / "consent.json"
    monkeypatch.setenv("NETGLASS_CONSENT", str(path))
    return path


@pytest.mark.parametrize(
    ("given", "wanted", "country", "reason"),
    [
        (None, LOW, "XA", "nobody was asked"),
        (LOW, LOW, "XA", None),
        (LOW, PART, "XA", None),
        (LOW, NEWS, "XA", "elevated now"),
        (NEWS, LOW, "XA", "low now"),
        (LOW, MORE, "XA", "1 of the URLs"),
        (LOW, LOW, "XB", "given for XA"),
    ],
)
def test_a_person_is_asked_because(given, wanted, country, reason) -> None:
    found = why_ask(make_consent(given, "XA") if given else None, wanted, country)
    assert found is None if reason is None else reason in found


def test_another_text_is_asked_about_again(monkeypatch) -> None:
    given = make_consent(LOW, "XA")
    monkeypatch.setattr(consent, "TEXT", "other words")
    assert why_ask(given, LOW, "XA") == "the text has changed"


def test_the_question_says_what_matters() -> None:
    text = describe(NEWS, "XA")
    for word in ("recognise", "published", "7 days", "country XA", "COMM, NEWS", "elevated", "2 pages"):
        assert word in text


def test_no_consent_no_permit() -> None:
    for given, wanted in ((None, LOW), (make_consent(LOW, "XA"), MORE)):
        with pytest.raises(UsageError, match="Nothing was sent"):
            grant(given, wanted, "XA", OFF)
    permit = grant(make_consent(LOW, "XA"), LOW, "XA", OFF)
    assert permit.allows("http://a.test/")
    assert not permit.allows("http://c.test/")


def test_dangerous_countries_are_off_until_they_are_named_once_more() -> None:
    given = make_consent(LOW, "XZ")
    with pytest.raises(UsageError, match="--despite-risk XZ"):
        grant(given, LOW, "XZ", OFF)
    assert grant(given, LOW, "XZ", OFF, insists=True).allows("http://a.test/")


def test_a_yes_is_remembered_and_a_no_is_not(consent_file) -> None:
    with pytest.raises(UsageError):
        seek_consent(LOW, "XA", False, lambda reason: False)
    assert not consent_file.exists()
    seek_consent(LOW, "XA", False, lambda reason: True)
    assert stat.S_IMODE(consent_file.stat().st_mode) == 0o600
    assert load_consent(consent_file).risk == Risk.LOW
    assert "a.test" not in consent_file.read_text()
    seek_consent(LOW, "XA", False, lambda reason: pytest.fail("asked again"))
    asked = []
    seek_consent(NEWS, "XA", False, lambda reason: asked.append(reason) or True)
    assert len(asked) == 1


def test_where_it_is_dangerous_nobody_is_even_asked(monkeypatch) -> None:
    monkeypatch.setenv("NETGLASS_PROBE_OFF", "XY XZ")
    with pytest.raises(UsageError, match="XZ is off"):
        seek_consent(LOW, "XZ", False, lambda reason: pytest.fail("asked"))


def test_a_damaged_file_is_named(consent_file) -> None:
    consent_file.parent.mkdir()
    consent_file.write_text("{")
    with pytest.raises(InputError, match=r"consent\.json"):
        load_consent(consent_file)


def test_a_run_sends_nothing_for_what_was_not_consented_to(tmp_path) -> None:
    config = make_probe_config(Vantage("XA"), resolver="none", doh="none")
    permit = Permit(frozenset({hash_url("http://a.test/")}))
    with pytest.raises(UsageError, match=r"no consent to measure http://b\.test/"):
        run_probe(LOW, config, tmp_path / "run", permit, net=Untouchable())
    assert not (tmp_path / "run").exists()


def test_a_plan_names_everybody_who_is_asked() -> None:
    config = make_probe_config(Vantage(), helper="https://helper.test/", http3=True)
    text = "\n".join(describe_packets("https://site.test/page", config))
    for word in (
        "system's resolver",
        "8.8.8.8:53",
        "dns.google",
        "helper.test",
        "port 443",
        "by TLS",
        "QUIC",
        "/page",
        "redirects",
    ):
        assert word in text
    clear = "\n".join(describe_packets("http://site.test/", make_probe_config(Vantage(), doh="none", resolver="none")))
    assert "in clear" in clear
    assert "dns.google" not in clear
