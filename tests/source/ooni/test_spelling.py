"""The hint that spares a finder its search is in every text in which the finder finds anything."""

import base64

from hypothesis import example, given
from hypothesis import strategies as st

from netglass.source.ooni.spelling import HINTS, list_addresses
from tests.source.ooni.test_scrub import OWN, OWN6, spell4, spell6

PIECES = [
    *(
        *"0123456789abcdefABCDEF.:-_%/=&?\\x[]() \u0660",
        "%2E",
        "%3a",
        "&#58;",
        "0x",
        "://",
        "81.2",
        "2a00",
        "UQJFjg",
        "==",
    ),
    *("ODEuMi42OS4xNDI", "OjoxOjI6Mzo0", "ZmU4MDo6", "51%02%45%8e", "deadbeef", "ab-cd-ef-ab", "fe--ab"),
]
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.lists(st.sampled_from("0123456789abcdefABCDEF.:"), min_size=5, max_size=30).map(
        lambda digits: base64.b64encode("".join(digits).encode()).decode()
    ),
)


@given(TEXTS)
@example("fe80:1%3a2:3:4:5:6:7")
@example("MTIzNDU2Nz")
@example("x=abcdeA")
def test_no_finder_finds_anything_in_a_text_without_its_hint(text):
    for has_hint, finders in HINTS:
        if not has_hint(text):
            assert not [found for finder in finders for found in finder(text) if found.readings]


def test_every_spelling_is_found():
    for text in (*spell4(OWN).values(), *spell6(OWN6).values()):
        assert list_addresses(f"?ip={text}&b=1"), text
