"""Orders: what an authority told somebody to block, slow, remove or switch off, and what the ordered could do about it.

Facts for a test of legality, never a declaration of illegality. Keywords are not collected. Entries that concern the abuse of children,
intimate images, minors or the right to be forgotten are counted by class and never stored, so such a class in an entry is an error.
"""

import re
from collections.abc import Callable
from ipaddress import ip_network
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from netglass.form.model import refuse
from netglass.register.field import Asn, Count, PartId, Reference, Text
from netglass.register.part import Part
from netglass.register.partial_date import PartialDate
from netglass.register.record import SourcedRecord
from netglass.register.word import Addressee, Body

COUNTED_ONLY = ("child_abuse", "intimate_images", "minors", "right_to_be_forgotten")
"""Classes whose entries are only counted."""


_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
_URL = re.compile(r"https?://[^\s/]+\.[^\s/]+(/\S*)?")
_SERVICE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


_FORMS: dict[str, tuple[Callable[[str], object], str]] = {
    "domain": (_DOMAIN.fullmatch, "write the host alone, in lower case and as an A-label (xn--…)"),
    "url": (_URL.fullmatch, "write http:// or https:// and a host, or say type: domain"),
    "address": (_is_network, "write an IP address, or a prefix such as 192.0.2.0/24"),
    "service": (_SERVICE.fullmatch, "write lower case a-z, 0-9 and hyphens"),
}


def _refuse_keyword(*at: str) -> PydanticCustomError:
    hint = "keywords are not collected, as they are speech: leave them out, and say in `aim` what is targeted"
    return refuse("cannot be recorded", hint, *at)


def _check_type(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("keyword"):
        raise _refuse_keyword()
    return value


def _check_category(value: Any) -> Any:
    if value in COUNTED_ONLY:
        hint = f"remove the entry and raise `counted_only: {{{value}: N}}`; nothing else of it may be kept"
        raise refuse("is a class that is only counted, never stored", hint)
    return value


class Entry(Part):
    """One thing that the order names."""

    type: Annotated[Literal["domain", "url", "address", "service"], BeforeValidator(_check_type)]
    """What sort of thing: a host, a page, an address or prefix, or a service such as `example-messenger`."""
    value: Text
    """Which one: `news.example`, `https://news.example/page`, `192.0.2.0/24`, `example-messenger`."""
    category: Annotated[
        Literal[
            "news",
            "politics",
            "human_rights",
            "religion",
            "social_media",
            "messaging",
            "media_sharing",
            "circumvention",
            "copyright",
            "gambling",
            "pornography",
            "terrorism",
            "hate_speech",
            "war_propaganda",
            "fraud",
            "drugs",
            "health",
            "lgbtq",
            "culture",
            "other",
            "unknown",
        ],
        BeforeValidator(_check_category),
    ] = "unknown"
    """What it is about."""

    @model_validator(mode="after")
    def _check(self) -> "Entry":
        fits, hint = _FORMS[self.type]
        if not fits(self.value):
            raise refuse(f"is no {self.type}", hint, "value")
        return self


class CountedOnly(Part):
    """How many entries of the classes that are never stored."""

    child_abuse: Count | None = None
    """Entries about the abuse of children."""
    intimate_images: Count | None = None
    """Entries about intimate images."""
    minors: Count | None = None
    """Entries about minors."""
    right_to_be_forgotten: Count | None = None
    """Entries about the right to be forgotten."""


class OrderIssuer(Part):
    """Who gave the order."""

    name: Text
    """The body, in English; never a person."""
    type: Body
    """What sort of body it is."""


class Appeal(Part):
    """What came of an appeal."""

    body: Text | None = None
    """Before which body."""
    filed: PartialDate | None = None
    """When."""
    result: Literal["pending", "upheld", "annulled", "amended", "withdrawn", "inadmissible", "unknown"]
    """What came of it."""
    decided: PartialDate | None = None
    """When it was decided."""


class Order(SourcedRecord):
    """An order to block, slow, remove or switch off."""

    kind: Literal["order"]
    summary: Text
    """What is ordered, in own words."""
    number: Text | None = None
    """Its official number."""
    action: Literal["block", "throttle", "shutdown", "remove", "delist", "disclose", "suspend_broadcast", "restore"]
    """What the addressees are to do."""
    relies_on: Annotated[tuple[PartId, ...], Reference(("instrument",))] = ()
    """The instruments, or with `#` the provisions, that it rests on."""
    issuer: OrderIssuer
    """Who gave it."""
    addressee_types: Annotated[tuple[Addressee, ...], Field(min_length=1)]
    """Whom it binds."""
    publicity: Literal["published", "secret", "leaked", "unknown"]
    """Whether it was published."""
    aim: Text | None = None
    """The aim that it states, in own words."""
    issued: PartialDate | None = None
    """When it was given."""
    begins: PartialDate | None = None
    """From when it binds."""
    ends: PartialDate | None = None
    """Until when it binds."""
    duration: Literal["fixed", "until_event", "indefinite", "unknown"]
    """For how long it is meant."""
    notice: Literal["none", "to_addressee", "to_affected", "public", "unknown"]
    """Who was told of it."""
    remedy: Text | None = None
    """What those affected may do against it."""
    appeal: Appeal | None = None
    """What came of an appeal."""
    reach: Literal["all_networks", "named_networks", "region", "unknown"]
    """On which networks it is to be carried out."""
    networks: tuple[Asn, ...] = ()
    """AS numbers of the networks that it names."""
    region: Text | None = None
    """The region that it names."""
    entries: tuple[Entry, ...] = ()
    """The hosts, pages, addresses and services that it names."""
    counted_only: CountedOnly | None = None
    """How many of its entries are of a class that is never stored."""

    @model_validator(mode="before")
    @classmethod
    def _check_keywords(cls, data: Any) -> Any:
        for key in data if isinstance(data, dict) else ():
            if str(key).startswith("keyword"):
                raise _refuse_keyword(key)
        return data

    @model_validator(mode="after")
    def _check(self) -> "Order":
        if (self.reach == "named_networks") != bool(self.networks):
            hint = "give `networks` with reach: named_networks only"
            raise refuse("has `reach` and `networks` that do not fit", hint, "reach")
        if self.begins and self.ends and self.ends.is_before(self.begins):
            raise refuse("ends before it begins", "look at `begins` and `ends`", "ends")
        return self

    def tell_name(self) -> str:
        """Return what is ordered."""
        return self.summary

    def tell_date(self) -> PartialDate | None:
        """Return when it was given, else from when it binds."""
        return self.issued or self.begins
