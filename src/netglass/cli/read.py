"""``netglass read`` makes drafts of a document, ``netglass review`` makes records of drafts."""

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from netglass.cli.app import OutFile, app
from netglass.cli.register import RegisterDir, open_chosen


@app.command
def read(
    document: Annotated[str, Parameter(help="A file of plain text, Markdown or HTML, or the address of a page.")],
    /,
    *,
    published: Annotated[
        str | None,
        Parameter(help="When it was published; anchors dates such as `last year`, which stay relative without it."),
    ] = None,
    cc: Annotated[str | None, Parameter(help="Country under which drafts are filed where the text names none.")] = None,
    register: RegisterDir = None,
    format: Annotated[Literal["yaml", "json"], Parameter(help="Form of the drafts.")] = "yaml",
    out: OutFile = None,
) -> None:
    """Read an article, law or statement into drafts of records.

    Every field has the characters of the document behind it and a confidence; what found no place is listed. What befell a person
    is a protected draft, places and a salted hash without a word of the text, and names of people are withheld everywhere. Drafts that
    seem to be records of the register say so. Nothing is published: `netglass review` makes records of what a person accepts.

    Examples:
        netglass read article.txt --published 2031-05-14 --out drafts.yml
        netglass read law.html --cc XA --format json
        netglass read https://news.example/a-new-law
    """
    from netglass.api.read import read as read_one
    from netglass.api.read import write_drafts

    reading = read_one(document, open_chosen(register), published=published, cc=cc)
    text = write_drafts(reading, format, out)
    if out is None:
        sys.stdout.write(text)
    counts = Counter(draft.kind for draft in reading.drafts)
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    print(
        f"{told}; {len(reading.protected)} protected; {len(reading.unplaced)} passages without a place.",
        file=sys.stderr,
    )


@app.command
def review(
    drafts: Annotated[Path, Parameter(help="What `netglass read` wrote.")],
    /,
    *,
    register: Annotated[
        Path,
        Parameter(name="--register", env_var="NETGLASS_REGISTER", help="Folder of the register that is written to."),
    ],
    reviewer: Annotated[
        Literal["editor", "lawyer", "engineer", "translator", "researcher"],
        Parameter(help="The role of who reviews; never a name."),
    ] = "editor",
) -> None:
    """Accept, edit or reject drafts field by field, and write what was accepted as reviewed records.

    Keys, each with Enter: `a` accepts, `e VALUE` edits, `r` rejects the field, `s` leaves the draft for later, `q` stops. A record is
    written when it passes every check of the register; what is missing is asked for with `e PATH VALUE`. The answers are kept beside
    the drafts, so the same command goes on where it stopped. Questions and what came of them go to stderr.

    Examples:
        netglass review drafts.yml --register my-register
        netglass review drafts.yml --register my-register --reviewer lawyer
    """
    from netglass.api.read import review as review_all

    def ask(question: str) -> str | None:
        print(question, file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        return line.rstrip("\n") if line else None

    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    written = review_all(drafts, register, reviewer, ask, tell)
    print(f"{written} records written.", file=sys.stderr)
