"""``netglass assess``: law and word beside what was measured.

The models of the register are loaded when one of the commands runs, so the others start without them.
"""

from pathlib import Path
from typing import Annotated

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

Country = Annotated[str, Parameter(name="--cc", help="Country, two letters.")]
LocalOnly = Annotated[
    bool,
    Parameter(
        name="--local-only",
        help="Also what may not be published: per network what was not seen, and coverage of targets that orders name.",
    ),
]

BRIEF_CHAIN = (
    "order_id",
    "target",
    "probe_asn",
    "order",
    "effect",
    "grade",
    "delay_least_hours",
    "delay_most_hours",
    "evidence",
)
BRIEF_ZOMBIE = ("kind", "target", "probe_asn", "order_id", "ended", "dead_since", "last_seen", "gone_by", "evidence")
BRIEF_COLLATERAL = ("target", "probe_asn", "address", "meant", "order_id", "onset_latest", "end_earliest", "evidence")


@assess_app.command
def chain(
    *,
    cc: Country,
    recall: Annotated[
        float | None,
        Parameter(help="Probability that one measurement on a blocked path shows the block; 0.9 by default."),
    ] = None,
    local_only: LocalOnly = False,
    register: RegisterDir = None,
    store: StoreDir = DEFAULT_STORE,
    format: Format = "table",
    out: OutFile = None,
) -> None:
    """Set each order beside what is seen of it: per target and network, how firmly the two are tied, and how late it came.

    The order axis says ordered, authorised_only, no_order_found or not_searched, the effect axis seen or not_established; rows
    of the level `country` count networks. With --local-only the effect axis says seen, not_seen (with the share of paths that is
    excluded) or not_testable (with the reason), per network; that is not for publication while an instrument is in force.

    Examples:
        netglass assess chain --cc XA --register lab/register
        netglass assess chain --cc XA --register lab/register --local-only --format csv --out chain.csv
    """
    from netglass.detect.coverage import RECALL

    _write("chain", cc, local_only, register, store, format, out, BRIEF_CHAIN, RECALL if recall is None else recall)


@assess_app.command
def zombies(
    *,
    cc: Country,
    local_only: LocalOnly = False,
    register: RegisterDir = None,
    store: StoreDir = DEFAULT_STORE,
    format: Format = "table",
    out: OutFile = None,
) -> None:
    """List blocks that outlive what they were for: an order that has ended, or a site that is dead.

    Examples:
        netglass assess zombies --cc XA --register lab/register
        netglass assess zombies --cc CN --format jsonl
    """
    _write("zombies", cc, local_only, register, store, format, out, BRIEF_ZOMBIE)


@assess_app.command
def collateral(
    *,
    cc: Country,
    local_only: LocalOnly = False,
    register: RegisterDir = None,
    store: StoreDir = DEFAULT_STORE,
    format: Format = "table",
    out: OutFile = None,
) -> None:
    """List targets that a block hits by the way, because they lie behind the same address.

    Examples:
        netglass assess collateral --cc XA --register lab/register
        netglass assess collateral --cc CN --format csv
    """
    _write("collateral", cc, local_only, register, store, format, out, BRIEF_COLLATERAL)


def _write(
    noun: str,
    cc: str,
    local_only: bool,
    register: Path | None,
    store: Path,
    format: str,
    out: Path | None,
    brief: tuple[str, ...],
    recall: float | None = None,
) -> None:
    from netglass.api import assess as api

    options = {} if recall is None else {"recall": recall}
    done = api.assess(open_store(store), open_chosen(register), noun, cc, local_only=local_only, **options)
    write_rows(done.columns, done.rows, format, out=out, brief=brief)
