"""Texts of an invented country, read."""

from netglass.reader.document import Document, read_document
from netglass.reader.draft.finding import Scene
from netglass.reader.draft.model import Reading
from netglass.reader.draft.person import find_holders
from netglass.reader.draft.reading import read_drafts
from netglass.reader.draft.sentence import split_sentences
from netglass.register.partial_date import parse_date

SALT = "5a" * 16

ARTICLE = """\
Tessaria tightens its grip on the web

Parliament passed a network safety law on 3 March 2031. The communications minister said on Tuesday that no web site was blocked in the
country and promised to connect every village to broadband by 2035.

Ada Testovska, a teacher, was sentenced on Friday to four years for a video. Her lawyer said the trial was unfair.

The country has 1.2 million internet users. A neighbouring state used the internet to spy on its embassies, the defence ministry said.

Lumenfold Inc. removed 214 videos in January 2030. The lighthouse is white.
"""


def make_document(text: str, name: str = "text.txt") -> Document:
    return read_document(text.encode(), name)


def make_scene(text: str, published: str | None = None) -> Scene:
    day = parse_date(published) if published else None
    return Scene(text, tuple(split_sentences(text)), tuple(find_holders(text)), day)


def read_text(text: str, published: str | None = None, cc: str | None = "XA") -> Reading:
    day = parse_date(published) if published else None
    return read_drafts(make_document(text), published=day, cc=cc, draw=lambda _: SALT)
