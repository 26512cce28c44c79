"""``netglass assess``: law and word beside what was measured.

The models of the register are loaded when one of the commands runs, so the others start without them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from netglass.cli.app import DEFAULT_STORE, Format, OutFile, StoreDir, app
from netglass.cli.format import write_rows
from netglass.cli.register import RegisterDir, open_chosen
from netglass.store.query import open_store

assess_app = App(
    name="assess",
    help="Law and word beside what was measured: what is ordered, said and promised, and what is seen of it.",
)
app.command(assess_app)


LocalOnly = Annotated[
    bool,
    Parameter(
        negative="",
        help="Also what may not be published: what was not seen per network, coverage of what orders name.",
    ),
]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Ask:
    """The options that all assessments take."""

    cc: Annotated[str, Parameter(help="Country, two letters.")]
    local_only: LocalOnly = False
    register: RegisterDir = None
    store: StoreDir = DEFAULT_STORE
    format: Format = "table"
    out: OutFile = None


BRIEF: dict[str, tuple[str, ...]] = {
    "chain": (
        *("order_id", "target", "probe_asn", "order", "effect", "grade", "delay_least_hours", "delay_most_hours"),
        "evidence",
    ),
    "zombies": ("kind", "target", "probe_asn", "order_id", "ended", "dead_since", "last_seen", "gone_by", "evidence"),
    "collateral": ("target", "probe_asn", "address", "meant", "order_id", "onset_latest", "end_earliest", "evidence"),
    "claims": ("claim_id", "said", "summary", "at_the_time", "since", "beside"),
    "pledges": ("pledge_id", "deadline", "target", "unit", "outcome", "why"),
    "companies": ("company_id", "act", "type", "date", "requested_by", "order", "summary"),
    "endorsements": ("endorsement_id", "act", "date", "text_title", "forum"),
    "effect": ("instrument_id", "answer", "reason", "estimate", "p", "minimum_detectable", "pairs", "donors"),
    "dependence": ("month", "kind", "name", "share", "sites", "sites_known", "concentration"),
    "trend": (
        *("month", "events_begun", "events_standing", "targets_seen_blocked", "blocked_share", "targets_measured"),
        *("networks", "telling"),
    ),
}
"""Columns that a table shows; the other forms have them all."""


@assess_app.command
def chain(
    *,
    ask: Ask,
    recall: Annotated[
        float, Parameter(help="Probability that one measurement on a blocked path shows the block, above 0 to 1.")
    ] = 0.9,
) -> None:
    """Set each order beside what is seen of it: per target and network, how firmly the two are tied, and how late it came.

    The order axis says ordered, authorised_only, no_order_found or not_searched, the effect axis seen or not_established; rows
    of the level `country` count networks. With --local-only the effect axis says seen, not_seen (with the share of paths that is
    excluded) or not_testable (with the reason), per network; that is not for publication while an instrument is in force.

    Examples:
        netglass assess chain --cc XA --register lab/register
        netglass assess chain --cc XA --register lab/register --local-only --format csv --out chain.csv
    """
    _write("chain", ask, recall=recall)


@assess_app.command
def zombies(*, ask: Ask) -> None:
    """List blocks that outlive what they were for: an order that has ended, or a site that is dead.

    Examples:
        netglass assess zombies --cc XA --register lab/register
        netglass assess zombies --cc CN --format jsonl
    """
    _write("zombies", ask)


@assess_app.command
def collateral(*, ask: Ask) -> None:
    """List targets that a block hits by the way, because they lie behind the same address.

    Examples:
        netglass assess collateral --cc XA --register lab/register
        netglass assess collateral --cc CN --format csv
    """
    _write("collateral", ask)


@assess_app.command
def claims(*, ask: Ask) -> None:
    """Set what officials and others claimed beside what is measured, on the day of the claim and since.

    The language of rights gets no truth value. Where nothing was measured at the time, the evidence is not_testable.

    Examples:
        netglass assess claims --cc CN
        netglass assess claims --cc XA --register lab/register --format json
    """
    _write("claims", ask)


@assess_app.command
def pledges(*, ask: Ask) -> None:
    """Set what was promised beside the series that measures it: kept, missed, open or not_measurable.

    Examples:
        netglass assess pledges --cc CN
    """
    _write("pledges", ask)


@assess_app.command
def companies(*, ask: Ask) -> None:
    """List what companies committed themselves to and did, with the passages behind it.

    Examples:
        netglass assess companies --cc CN
    """
    _write("companies", ask)


@assess_app.command
def endorsements(*, ask: Ask) -> None:
    """List how a state stood to texts: sponsored, voted, signed, ratified.

    Examples:
        netglass assess endorsements --cc CN
    """
    _write("endorsements", ask)


@assess_app.command
def effect(
    *,
    spec: Annotated[Path, Parameter(help="The specification: a YAML file.")],
    expect: Annotated[
        str | None, Parameter(help="SHA-256 of the specification that was published; another one is refused.")
    ] = None,
    hash: Annotated[
        bool, Parameter(negative="", help="Print the SHA-256 of the specification, and open no data.")
    ] = False,
    local_only: LocalOnly = False,
    register: RegisterDir = None,
    store: StoreDir = DEFAULT_STORE,
    format: Format = "table",
    out: OutFile = None,
) -> None:
    """Ask whether blocking changed after an instrument, against countries without a like law. Never: because of it.

    The specification says instrument, dates, periods and donors, and is hashed before the data are opened. Publish the hash
    (`--hash`) first. With fewer than 12 periods before, or 8 donors, the answer is not_testable.

    Examples:
        netglass assess effect --spec act.yml --hash
        netglass assess effect --spec act.yml --store lab-store --register lab/register --format json
    """
    from netglass.api import assess as api

    if hash:
        print(api.hash_specification(spec))
        return
    done = api.assess_effect(open_store(store), open_chosen(register), spec, expect=expect, local_only=local_only)
    write_rows(done.columns, done.rows, format, out=out, brief=BRIEF["effect"])


@assess_app.command
def dependence(*, ask: Ask) -> None:
    """Tell on whom the sites that are tested in a country depend, month by month: networks, countries, certificate authorities.

    Shares add up to 1 for each month and kind; `concentration` is the Herfindahl-Hirschman index.

    Examples:
        netglass assess dependence --cc XA
        netglass assess dependence --cc XA --format csv --out dependence.csv
    """
    _write("dependence", ask)


@assess_app.command
def trend(*, ask: Ask) -> None:
    """Tell what was seen blocked month by month, with how much was measured beside it.

    Examples:
        netglass assess trend --cc XA
        netglass assess trend --cc CN --format csv
    """
    _write("trend", ask)


def _write(noun: str, ask: Ask, **options: Any) -> None:
    from netglass.api import assess as api

    register, store = open_chosen(ask.register), open_store(ask.store)
    done = api.assess(store, register, noun, ask.cc, local_only=ask.local_only, **options)
    write_rows(done.columns, done.rows, ask.format, out=ask.out, brief=BRIEF[noun])
