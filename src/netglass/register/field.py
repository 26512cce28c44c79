"""The types of fields: text, identifiers, references, countries, numbers, addresses."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from netglass.form.model import refuse
from netglass.register.country import require_country
from netglass.register.partial_date import PartialDate


@dataclass(frozen=True)
class Reference:
    """Marks a field that names records of one of ``kinds`` (any kind where empty), or with ``#`` a part of one."""

    kinds: tuple[str, ...] = ()


COUNTRY = "country"
"""Marks a field that holds codes of countries."""


@dataclass(frozen=True)
class Form:
    """What text must look like, what is said where it does not, and what to do; JSON Schemas have the pattern."""

    pattern: str
    what: str
    hint: str

    def _check(self, value: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(self.pattern, value) is None:
            raise refuse(self.what, self.hint)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"pattern": f"^(?:{self.pattern})$"}


def _check_country(value: Any) -> Any:
    return require_country(value) if isinstance(value, str) else value


def _check_flag(value: Any) -> Any:
    if value not in (True, False, "true", "false"):
        raise refuse("is neither true nor false", "write true or false")
    return value in (True, "true")


def _check_day(value: PartialDate | str) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is None:
        raise refuse("is no day", "write year, month and day: 2015-07-01")
    return value


def _check_year(value: PartialDate | str) -> Any:
    if not re.fullmatch(r"[0-9]{4}", str(value)):
        raise refuse("is no year", "write four digits; nothing finer than the year is kept here")
    return value


_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_SLUG_HINT = "write lower case a-z, 0-9 and single hyphens"

Text = Annotated[str, Field(min_length=1, max_length=4000)]
"""Text that people read."""

Identifier = Annotated[
    str, Field(max_length=100), Form(_SLUG, "is no identifier", f"{_SLUG_HINT}, such as cn-cybersecurity-law-2016")
]
"""The stable id of a record; it begins with its country."""

Slug = Annotated[str, Field(max_length=60), Form(_SLUG, "is no name of a part", f"{_SLUG_HINT}, such as art-58")]
"""The name of a part within its record."""

RecordId = Annotated[str, Form(_SLUG, "is no identifier of a record", f"{_SLUG_HINT}, as the record's id is")]
"""The id of another record."""

PartId = Annotated[
    str,
    Form(rf"{_SLUG}(?:#{_SLUG})?", "names no record", "write the record's id, or id#part, such as xa-act-2020#art-5"),
]
"""The id of another record, or of a part of it."""

CountryCode = Annotated[
    str, BeforeValidator(_check_country), COUNTRY, Field(json_schema_extra={"pattern": "^[A-Z]{2,3}$"})
]
"""ISO 3166-1 alpha-2 in capitals, ``EU``, ``INT`` for what is international, ``XA`` to ``XZ`` for invented countries."""

Language = Annotated[
    str, Form(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "is no language", "write a tag of BCP 47: zh, en, pt-BR")
]
"""A language tag. **Source**: BCP 47 (RFC 5646)."""

Url = Annotated[
    str, Form(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", "is no address of a page", "write http:// or https:// and a host")
]
"""The address of a page."""

Sha256 = Annotated[
    str, Form(r"[0-9a-f]{64}", "is no SHA-256", "write 64 hexadecimal digits, as `netglass register hash` gives")
]
"""A SHA-256 in lower case hexadecimal digits."""

Flag = Annotated[bool, BeforeValidator(_check_flag)]
"""``true`` or ``false``, and nothing else."""

Number = Annotated[float, Field(allow_inf_nan=False)]
"""A finite number."""

Count = Annotated[int, Field(ge=0)]
"""How many."""

Asn = Annotated[int, Field(ge=1, le=4294967294)]
"""The number of a network. **Source**: RFC 7607, RFC 7300 (0 and the last are reserved)."""

Day = Annotated[PartialDate, BeforeValidator(_check_day)]
"""A date that is known to the day."""

Year = Annotated[PartialDate, BeforeValidator(_check_year)]
"""A date that is known, or told, to the year alone."""
