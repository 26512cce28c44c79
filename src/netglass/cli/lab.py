"""``netglass lab``: play an invented, censored internet and measure it with our own probe.

The lab is loaded when one of its commands runs, so the others start without it.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from netglass.cli.app import Format, OutFile, app
from netglass.cli.format import write_rows

if TYPE_CHECKING:
    from netglass.lab.play import Progress, Watch

EXIT_DIFFERS = 4

MISMATCHES_NAMED = 20
"""How many mismatches are named."""

lab_app = App(name="lab", help="A sealed, invented internet with censors inside, where the truth is known.")
app.command(lab_app)

ScenarioName = Annotated[str, Parameter(help="Name of a shipped scenario, or path of a .yml file.")]
Seed = Annotated[int | None, Parameter(help="Another seed is another world; default: the scenario's own.")]


@lab_app.command(name="list")
def list_scenarios(*, format: Format = "table", out: OutFile = None) -> None:
    """List the scenarios that are shipped.

    Examples:
        netglass lab list
        netglass lab list --format json
    """
    from netglass.api import lab as api

    brief = ("name", "title", "days", "networks", "sites", "policies", "confounders")
    write_rows(api.ScenarioRow._fields, api.list_lab(), format, out=out, brief=brief)


@lab_app.command
def check(scenario: ScenarioName, /, *, seed: Seed = None) -> None:
    """Check that a scenario can be played, and say how much it would make.

    Every fault is named with file, line and path. stdout is a JSON object that counts what the scenario holds.

    Examples:
        netglass lab check ten-minutes
        netglass lab check my-country.yml
    """
    from netglass.api import lab as api

    checked = api.check_lab(scenario, seed=seed)
    print(json.dumps(checked.row._asdict() | {"runs": checked.runs, "measurements": checked.measurements}))


@lab_app.command
def draw(
    kind: Annotated[
        Literal["blocks", "dense", "quiet"],
        Parameter(help="blocks: among innocent causes. dense: shutdowns, many volunteers. quiet: no block at all."),
    ],
    /,
    *,
    seed: Annotated[int, Parameter(help="Another seed is another scenario.")],
) -> None:
    """Draw a scenario at random and print it: who blocks what, when and how, and what goes wrong beside it.

    A seed that nobody has looked at is a fair test of the rules.

    Examples:
        netglass lab draw blocks --seed 7 > drawn.yml
        netglass lab run drawn.yml --out drawn
    """
    from netglass.api import lab as api

    print(api.draw_lab(kind, seed), end="")


@lab_app.command
def run(
    scenario: ScenarioName,
    /,
    *,
    out: Annotated[Path, Parameter(help="Folder to write to, new or empty.")],
    backend: Annotated[
        Literal["sim", "netns"],
        Parameter(help="sim: packets on virtual time. netns: sockets between network namespaces."),
    ] = "sim",
    seed: Seed = None,
    workers: Annotated[int, Parameter(help="Processes that play, or lanes of namespaces.")] = 1,
) -> int:
    """Play a scenario: measure an invented internet with our own probe, and write down what really happened.

    OUT gets `raw/` in the layout of OONI's bucket, `truth_measurements.jsonl`, `truth_events.jsonl`, `truth_chain.jsonl`,
    `truth_claims.jsonl`, the world's law as a register (`register/`, see `netglass register validate --lab`), and its
    reference data (`asn.csv`, `fingerprints.csv`, `trust.pem`). The last line of stdout is a JSON object that counts
    the truth. Exit 4 says that a censor did what the calendar does not: then the lab is wrong.

    Examples:
        netglass lab run ten-minutes --out lab
        netglass lab run mechanisms --out lab-7 --seed 7 --workers 2
        netglass analyze lab/raw --store lab-store && netglass evaluate lab --store lab-store
    """
    from netglass.api import lab as api

    with _show_progress() as watch:
        played = api.run_lab(scenario, out, backend=backend, seed=seed, workers=workers, watch=watch)
    print(json.dumps(played._asdict() | {"mismatches": len(played.mismatches)}))
    for text in played.mismatches[:MISMATCHES_NAMED]:
        print(f"mismatch: run {text}", file=sys.stderr)
    if len(played.mismatches) > MISMATCHES_NAMED:
        print(f"and {len(played.mismatches) - MISMATCHES_NAMED} more", file=sys.stderr)
    return EXIT_DIFFERS if played.mismatches else 0


@contextmanager
def _show_progress() -> "Iterator[Watch]":
    """Give a watcher that draws a bar on a terminal, and elsewhere says nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda progress: None
        return
    columns = (
        TextColumn("day {task.completed} of {task.total}"),
        BarColumn(),
        TextColumn("{task.fields[n]} measurements"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, n=0)

        def watch(progress: "Progress") -> None:
            bar.update(task, total=progress.days, completed=progress.day, n=progress.measurements)

        yield watch
