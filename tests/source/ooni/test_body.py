import gzip
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netglass.source.ooni import body as body_module
from netglass.source.ooni.body import find_refusal, read_title, read_visible_text
from netglass.source.ooni.refusal import BODY_SIGNS, GEO_SIGNS, HEADER_SIGNS, TITLE_SIGNS

ORDINARY = "<html><head><title>{}</title></head><body>{}</body></html>"


def page(text, title="Site"):
    return ORDINARY.format(title, text).encode()


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"<title>Site</title>", "Site"),
        (b"<TITLE lang=en>\n A  &amp;\tB\n</TITLE>", "A & B"),
        ("<title>Новости</title>".encode(), "Новости"),
        (b"<title>cut", "cut"),
        (b"<title></title>", None),
        (b"<title>one</title><title>two</title>", "one"),
        (b"<titles>no</titles>", None),
        (b"no title", None),
        (b"", None),
        (b"<title>\xff</title>", "\ufffd"),
    ],
)
def test_a_title_is_read_as_a_reader_sees_it(body, title):
    assert read_title(body) == title


@given(st.binary(max_size=300))
def test_any_body_has_a_title_or_none(body):
    for prefix in (b"", b"<title>"):
        title = read_title(prefix + body)
        assert title is None or title == " ".join(title.split())


def test_scripts_and_comments_are_not_seen():
    assert read_visible_text("<style>x</style><!-- y --><p>Hello&nbsp;<b>World</b></p><script>z") == "hello world"


@given(
    st.lists(
        st.sampled_from(["<b>", "</b>", "<", ">", "<!--", "-->", "&amp;", "&eacute", " ", "\n", "word", "<script>"]),
        max_size=60,
    )
)
def test_the_beginning_of_a_page_has_the_beginning_of_its_text(monkeypatch_piece, pieces):
    page = "".join(pieces)
    whole = read_visible_text(page)
    for enough in (1, 10, 40):
        text = read_visible_text(page, enough)
        assert len(text) >= min(enough, len(whole))
        assert text[:enough] == whole[:enough]


@pytest.fixture(scope="module")
def monkeypatch_piece():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(body_module, "_PIECE", 8)
        yield


@pytest.mark.parametrize("sign", [*BODY_SIGNS, *GEO_SIGNS], ids=lambda sign: f"{sign.kind} {sign.source}"[:40])
@settings(max_examples=40)
@given(data=st.data())
def test_a_hint_is_in_every_text_that_a_sign_matches(sign, data):
    text = data.draw(st.from_regex(sign.expression)).lower()
    if re.search(sign.expression, text):
        assert any(hint in text for hint in sign.hints)


def test_451_is_a_refusal_whatever_the_page():
    assert find_refusal(451, [], None, b"") == "451"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (("CF-Mitigated", "challenge"), "challenge"),
        (("x-amzn-waf-action", "captcha"), "captcha"),
        (("x-amzn-waf-action", "challenge"), "challenge"),
        (("X-Sucuri-Block", "12"), "denied"),
    ],
)
def test_a_header_of_the_edge_decides(header, kind):
    assert find_refusal(403, [("Server", "x"), header], None, b"") == kind


SENTENCES = [
    "Sorry, this content isn't available in your country.",
    "This service is not yet offered in your region.",
    "This video is unavailable in your location",
    "Access from your country has been restricted by the site owner.",
    "We're sorry, we do not serve visitors from this country.",
    "Our website is currently unavailable in most European countries.",
    "This page is geo-blocked.",
    "Due to economic sanctions we cannot provide this service.",
    "Ce contenu n'est pas disponible dans votre pays.",
    "Dieses Video ist in Ihrem Land nicht verfügbar.",
    "Este contenido no está disponible en tu país.",
    "Este conteúdo não está disponível no seu país.",
    "Questo contenuto non è disponibile nel tuo paese.",
    "Deze inhoud is niet beschikbaar in uw land.",
    "Контент недоступен в вашей стране.",
    "Цей вміст недоступний у вашій країні.",
    "Ta treść nie jest dostępna w Twoim kraju.",
    "Bu içerik ülkenizde kullanılamıyor.",
    "هذا المحتوى غير متاح في بلدك.",
    "این محتوا در کشور شما در دسترس نیست.",
    "您所在的国家/地区无法使用此服务。",
    "您所在的地區無法使用此服務。",
    "お住まいの地域ではご利用いただけません。",
    "귀하의 지역에서는 이용할 수 없습니다.",
    "Konten ini tidak tersedia di negara Anda.",
    "Nội dung này không khả dụng ở quốc gia của bạn.",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_country_is_turned_away_in_many_languages(sentence):
    assert find_refusal(403, [], "Site", page(f"<h1>{sentence}</h1>")) == "geo"
    assert find_refusal(200, [], "Site", page(f"<h1>{sentence}</h1>")) == "geo"
    assert find_refusal(200, [], sentence, page("<p>…</p>" * 9000, sentence)) == "geo"


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_same_sentence_in_a_long_page_is_none(sentence):
    article = "<p>The museum opens at nine and closes at five; tickets are sold at the gate.</p>" * 200
    assert find_refusal(200, [], "Site", page(f"{article}<p>{sentence}</p>")) is None


CHALLENGES = [
    (403, "Just a moment...", "<script src='/cdn-cgi/challenge-platform/h/b'></script>", "challenge"),
    (503, "DDoS-Guard", "checking your browser before accessing", "challenge"),
    (403, "Attention Required! | Cloudflare", "<form id=challenge-form>", "captcha"),
    (429, "Site", "<div class='g-recaptcha' data-sitekey=x></div>", "captcha"),
    (403, "Access to this page has been denied", "<div id='px-captcha'></div>", "captcha"),
    (403, "Site", "<p>Please confirm that you are not a robot</p>", "captcha"),
    (200, "Human Verification", "<p>Press and hold</p>", "captcha"),
    (403, "Access Denied", "You don't have permission. Reference&#32;&#35;18&#46;2f7d4e68&#46;17", "denied"),
    (403, "Access denied | site.test used Cloudflare to restrict access", "error code: 1020", "denied"),
]


@pytest.mark.parametrize(("status", "title", "text", "kind"), CHALLENGES)
def test_a_challenge_is_known_by_title_script_or_words(status, title, text, kind):
    assert find_refusal(status, [], title, page(text, title)) == kind


@pytest.mark.parametrize(
    ("status", "title", "text"),
    [
        (200, "Site", "<div class='g-recaptcha'></div><form>Write to us</form>"),
        (200, "Site", "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"),
        (200, "Welcome", "We ship to most countries and regions."),
        (200, "A moment of silence", "Just a few words."),
        (404, "Not found", "This page is not available. Choose your country."),
        (302, "Just a moment...", "captcha"),
        (403, "Forbidden", "You do not have access."),
        (500, "Error", "captcha"),
        (None, "Just a moment...", "captcha"),
        (200, "Captain's log", "A page."),
    ],
)
def test_an_ordinary_page_is_no_refusal(status, title, text):
    assert find_refusal(status, [("Server", "nginx")], title, page(text, title)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Access to this resource is restricted under Decree 40. Ministry of Communications.",
        "This site is not available in your country by order of the court.",
        "Доступ ограничен в вашей стране по решению суда. Роскомнадзор.",
        "Content filter: category prohibited in this region",
        "Bu siteye erişim mahkeme kararı ile engellenmiştir.",
    ],
)
def test_a_page_that_speaks_of_an_order_is_no_refusal_of_the_server(text):
    for status in (200, 403):
        assert find_refusal(status, [], "Access restricted", page(text)) is None


@given(
    st.one_of(st.none(), st.integers(-5, 1000)),
    st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=4),
    st.one_of(st.none(), st.text(max_size=60)),
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))),
)
def test_any_answer_has_a_refusal_or_none(status, headers, title, body):
    assert find_refusal(status, headers, title, body) in (None, "451", "geo", "captcha", "challenge", "denied")


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<!--",
        "<script",
        "<a ",
        "not available ",
        "your country ",
        "block from ",
        "(",
        "您所在的",
        "european union ",
    ],
)
def test_a_hostile_page_is_read_to_its_end(piece):
    body = (piece * 60_000).encode()[:65_536]
    assert find_refusal(403, [], piece * 400, body) in (None, "geo", "captcha", "challenge", "denied")
    assert len(read_title(b"<title" + body) or "") <= 2_000


def test_every_sign_has_a_source():
    for sign in (*TITLE_SIGNS, *BODY_SIGNS, *GEO_SIGNS, *(sign for _, sign in HEADER_SIGNS)):
        assert len(sign.source) > 3


def test_the_laboratory_s_own_refusals_are_found_and_nothing_else(shared_data):
    lab = shared_data / "ooni" / "client-lab"
    truth = {row["measurement_uid"]: row for row in map(json.loads, (lab / "truth_measurements.jsonl").open())}
    seen = {True: 0, False: 0}
    for path in sorted(lab.glob("raw/*/*/*/*/*.jsonl.gz")):
        with gzip.open(path) as lines:
            for record in map(json.loads, lines):
                expected = truth[record["measurement_uid"]]
                refused = any(refuses(request) for request in record["test_keys"].get("requests") or ())
                if expected["state"] == "server_side" and not expected.get("flaky_network"):
                    seen[refused] += 1
                elif not expected.get("also_server_side"):
                    assert not refused, expected
    assert seen[True] > 20
    assert seen[False] <= 2


def refuses(request):
    response = request["response"]
    body = response.get("body") or ""
    body = body.encode() if isinstance(body, str) else b""
    headers = list((response.get("headers") or {}).items())
    return find_refusal(response.get("code"), headers, read_title(body), body) is not None
