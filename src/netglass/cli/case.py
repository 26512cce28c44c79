"""``netglass case``: real cases in a local folder of their own, told as counts alone."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from netglass.cli.app import Format, OutFile, app
from netglass.cli.format import write_rows
from netglass.cli.register import RegisterDir, open_chosen

case_app = App(name="case", help="Cases of people, kept locally without the person, and told as counts alone.")
app.command(case_app)

CasesDir = Annotated[
    Path | None,
    Parameter(name="--cases", help="Folder of the cases, outside of every repository and store."),
]


@case_app.command
def add(
    file: Annotated[Path, Parameter(help="A YAML file with one case.")],
    /,
    *,
    cases: CasesDir = None,
    register: RegisterDir = None,
) -> None:
    """Check a case and keep it. Prints the id that is drawn for it.

    No message shows what the case says. FILE stays as it is: remove it if it holds more than the case.

    Examples:
        netglass case add draft.yml
        netglass case add draft.yml --cases vault/cases
    """
    from netglass.api.case import keep_case

    print(keep_case(file, open_chosen(register), cases))
    print("the case is kept; FILE was not changed, remove it if it holds more than the case", file=sys.stderr)


@case_app.command
def count(*, cases: CasesDir = None, format: Format = "table", out: OutFile = None) -> None:
    """Count the cases by provision and year. Counts under 5 are not told, cases that wait for their review are not counted.

    Examples:
        netglass case count
        netglass case count --format csv
    """
    from netglass.api.case import count_casebook
    from netglass.register.casebook import CaseCount

    write_rows(CaseCount._fields, count_casebook(cases), format, out=out)


@case_app.command
def review(
    id: Annotated[str, Parameter(help="Id of a case, as it was drawn.")],
    /,
    *,
    until: Annotated[str, Parameter(help="Day until which it may be kept, as 2026-06-17, at most 180 days ahead.")],
    cases: CasesDir = None,
) -> None:
    """Say that a case was looked at and may still be kept. Until then one whose day has passed is hidden everywhere.

    Examples:
        netglass case review cn-case-0123456789 --until 2026-06-17
    """
    from netglass.api.case import review as review_one

    review_one(id, until, cases)


@case_app.command
def forget(id: Annotated[str, Parameter(help="Id of a case, as it was drawn.")], /, *, cases: CasesDir = None) -> None:
    """Remove a case: its file is deleted, not marked.

    Examples:
        netglass case forget cn-case-0123456789
    """
    from netglass.api.case import forget as forget_one

    forget_one(id, cases)
