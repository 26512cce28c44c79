"""Scenarios: invented countries, what is blocked there, what only looks like it, and who measures, as data that people type.

Models are strict: a key that does not exist is an error that names file, line and path, and says what was probably meant.
Names, addresses, AS numbers and countries pass the lab's fence here, so no scenario can speak of anything real.

A time is a date (``2026-03-02``, ``2026-03-02T05:00``) or a distance from the scenario's start (``3d``, ``3d6h``, ``12h30m``).
Where a begin or an end is left out, what it bounds reaches beyond the calendar.
"""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from netglass.lab.confounding import CONFOUNDERS, SITE_WIDE
from netglass.lab.enforcement import ENFORCEMENTS
from netglass.lab.fence import require_lab_asn, require_lab_country, require_lab_name
from netglass.vocab.error import LabError
from netglass.vocab.time import parse_time

ELSEWHERE_CC = "XZ"
"""Where the test helper and the public services are: a country in which nobody measures."""

_DISTANCE = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")


def read_when(text: Any) -> datetime | timedelta:
    """Read a date or a distance from the start."""
    if isinstance(text, datetime | timedelta):
        return text
    found = _DISTANCE.fullmatch(str(text).strip())
    if found and any(found.groups()):
        days, hours, minutes = (int(part or 0) for part in found.groups())
        return timedelta(days=days, hours=hours, minutes=minutes)
    try:
        return parse_time(str(text))
    except ValueError as error:
        raise ValueError(f"{text!r} is no time: write a date, or a distance from the start such as 3d6h") from error


def _allow(check: Any) -> AfterValidator:
    def validate(value: Any) -> Any:
        try:
            return check(value)
        except LabError as error:
            raise ValueError(str(error)) from error

    return AfterValidator(validate)


When = Annotated[datetime | timedelta, BeforeValidator(read_when)]
Host = Annotated[str, _allow(require_lab_name)]
Asn = Annotated[int, _allow(require_lab_asn)]
Country = Annotated[str, _allow(require_lab_country)]
Share = Annotated[float, Field(ge=0, le=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]


class Model(BaseModel):
    """What every part of a scenario is."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Network(Model):
    """An access network. ``loss`` is the share of packets lost each way, ``delay_ms`` the way to the world in one direction."""

    asn: Asn
    name: str
    loss: Share = 0.0
    delay_ms: Annotated[float, Field(gt=0, le=2000)] = 12.0
    ipv6: Literal["none", "works"] = "none"


class Land(Model):
    """A country: its networks, and how many more are to be invented."""

    networks: tuple[Network, ...] = ()
    more_networks: Annotated[int, Field(ge=0, le=60)] = 0


class Site(Model):
    """A web site.

    ``hosting`` is ``own`` (an address for itself), ``cdn`` (addresses that differ by country) or ``shared:NAME`` (one address for
    all sites of that name). ``redirect`` is another site that the front page leads to; ``moves_to`` is where its front page is,
    ``https`` or ``www``, for sites that are asked elsewhere first.
    """

    host: Host
    scheme: Literal["http", "https"] = "https"
    hosting: Annotated[str, Field(pattern=r"^(own|cdn|shared:[a-z0-9-]+)$")] = "own"
    rank: Annotated[int, Field(ge=1)] = 10_000
    page_bytes: Annotated[int, Field(ge=200, le=400_000)] | None = None
    ipv6: bool = False
    http3: bool = False
    localized: bool = False
    redirect: Host | None = None
    moves_to: Literal["https", "www"] | None = None


class Instrument(Model):
    """A law that authorises: ``provision`` is the place in it that orders rest on."""

    id: Identifier
    title: str
    cc: Country
    provision: str = ""
    in_force: When | None = None


class Order(Model):
    """An order under an instrument: to whom, about what, from when to when; empty ``networks`` are all of the country."""

    id: Identifier
    instrument: Identifier
    addressee: Literal["isp", "registry", "host", "platform", "app_store", "search"] = "isp"
    targets: tuple[Host, ...]
    networks: tuple[Asn, ...] = ()
    issued: When
    lifted: When | None = None
    published: bool = True


class Phase(Model):
    """One mechanism from ``begin`` to before ``end``, on some of the policy's networks; ``every`` and ``times`` repeat it."""

    mechanism: Annotated[str, Field(json_schema_extra={"choices": sorted(ENFORCEMENTS)})]
    begin: When | None = None
    end: When | None = None
    networks: tuple[Asn, ...] = ()
    every: timedelta | None = None
    times: Annotated[int, Field(ge=1, le=400)] = 1

    @model_validator(mode="before")
    @classmethod
    def _read_distance(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("every"), str):
            return data | {"every": read_when(data["every"])}
        return data

    @model_validator(mode="after")
    def _check(self) -> "Phase":
        if self.mechanism not in ENFORCEMENTS:
            raise ValueError(
                f"mechanism {self.mechanism!r} is none that a censor of the lab has: {', '.join(ENFORCEMENTS)}"
            )
        if self.times > 1 and (self.every is None or self.begin is None or self.end is None):
            raise ValueError("what is repeated needs begin, end and every")
        return self


class Policy(Model):
    """A block: what, where, how and when, and what orders it.

    Attributes:
        order: the order that it carries out, or none.
        instrument: where no order exists, the law that authorises it.
        networks: those that carry it out; empty are all of the country.
        obeys_not: networks that ought to and do not.
        notice: which of the country's block pages is shown, from 0.
        at: where names are lied about: on the ``path``, or by the networks' ``resolver`` alone.
        in_path: false for a censor that sees copies and races the answer.
        residual_s: how long a trigger goes on to block, seconds.
        scenario: word for the kind of case in the truth; by default the first mechanism.
    """

    id: Identifier
    cc: Country
    targets: Annotated[tuple[Host, ...], Field(min_length=1)]
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    order: Identifier | None = None
    instrument: Identifier | None = None
    networks: tuple[Asn, ...] = ()
    obeys_not: tuple[Asn, ...] = ()
    notice: Annotated[int, Field(ge=0, le=9)] = 0
    at: Literal["path", "resolver"] = "path"
    in_path: bool = True
    residual_s: Annotated[float, Field(ge=0)] = 0.0
    scenario: str | None = None


class Shutdown(Model):
    """Networks from which nothing is heard, while others go on."""

    id: Identifier
    cc: Country
    begin: When
    end: When
    networks: tuple[Asn, ...] = ()
    order: Identifier | None = None


class Confounder(Model):
    """What looks like a block and is none; ``kind`` is a key of :data:`CONFOUNDERS`.

    Attributes:
        sites: which sites, for kinds of sites.
        cc: the country that it concerns, where it concerns one.
        networks: the networks, for kinds of networks and runs; empty are all (of the country).
        share: of the runs in that time, for kinds of runs.
    """

    id: Identifier
    kind: Annotated[str, Field(json_schema_extra={"choices": sorted(CONFOUNDERS)})]
    sites: tuple[Host, ...] = ()
    cc: Country | None = None
    networks: tuple[Asn, ...] = ()
    begin: When | None = None
    end: When | None = None
    share: Annotated[float, Field(gt=0, le=1)] = 1.0

    @model_validator(mode="after")
    def _check(self) -> "Confounder":
        found = CONFOUNDERS.get(self.kind)
        if found is None:
            raise ValueError(f"kind {self.kind!r} is none of {', '.join(CONFOUNDERS)}")
        if found.scope in SITE_WIDE and not self.sites:
            raise ValueError(f"{self.kind} concerns sites: name them in `sites`")
        if found.scope not in SITE_WIDE and self.sites:
            raise ValueError(f"{self.kind} concerns a whole run or network: it takes no `sites`")
        if found.needs_country and not self.cc:
            raise ValueError(f"{self.kind} concerns clients of one country: name it in `cc`")
        return self


class Statement(Model):
    """What an office says of the country's blocks: that there are none, which can be checked, or words of rights, which cannot."""

    id: Identifier
    cc: Country
    when: When
    says: Literal["nothing_blocked", "rights_respected"] = "nothing_blocked"


class Reading(Model):
    """One number of a pledge's series."""

    when: When
    value: float


class Pledge(Model):
    """A promise, the series by which it is measured, and what came of it as the scenario means it."""

    id: Identifier
    cc: Country
    measure: str
    unit: str
    target: float
    direction: Literal["at_least", "at_most"] = "at_least"
    made: When
    deadline: When
    values: tuple[Reading, ...] = ()
    outcome: Literal["kept", "missed", "open", "not_measurable"]


class Surge(Model):
    """More runs for a while: ``factor`` times as many, all ``by_one`` volunteer where it floods."""

    begin: When
    end: When
    factor: Annotated[float, Field(gt=0, le=50)]
    by_one: bool = False
    cc: Country | None = None
    networks: tuple[Asn, ...] = ()


class Probes(Model):
    """Who measures.

    Attributes:
        runs_per_day: mean number of runs on each network and day.
        volunteers: distinct probes on each network.
        urls_per_run: how many sites a run tests.
        home_share: chance that a run tests each site that is spoken of in its own country.
        late_share: share of runs that are uploaded 2 to 72 hours late.
        surges: times of more runs.
        canary: a site that every run tests, and that nobody blocks.
    """

    runs_per_day: Annotated[float, Field(gt=0, le=200)] = 2.0
    volunteers: Annotated[int, Field(ge=1, le=50)] = 3
    urls_per_run: Annotated[int, Field(ge=1, le=2000)] = 12
    home_share: Share = 0.6
    late_share: Share = 0.04
    surges: tuple[Surge, ...] = ()
    canary: Host | None = None


class Scenario(Model):
    """An invented world and all that happens in it."""

    title: str
    description: str = ""
    start: datetime
    days: Annotated[int, Field(ge=1, le=1500)]
    seed: int = 1
    countries: Annotated[dict[Country, Land], Field(min_length=1)]
    sites: tuple[Site, ...] = ()
    more_sites: Annotated[int, Field(ge=0, le=600)] = 0
    instruments: tuple[Instrument, ...] = ()
    orders: tuple[Order, ...] = ()
    policies: tuple[Policy, ...] = ()
    shutdowns: tuple[Shutdown, ...] = ()
    confounders: tuple[Confounder, ...] = ()
    statements: tuple[Statement, ...] = ()
    pledges: tuple[Pledge, ...] = ()
    probes: Probes = Probes()

    @property
    def end(self) -> datetime:
        """The end of the calendar."""
        return self.start + timedelta(days=self.days)

    def resolve(self, when: datetime | timedelta) -> datetime:
        """Return a time of the scenario as a date, UTC and naive."""
        return self.start + when if isinstance(when, timedelta) else when
