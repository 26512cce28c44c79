"""Write the outputs in docs/tutorial/first-finding.md again, by running its commands.

A block of console text begins with the commands (``$ ``); the rest is what they print. A comment ``part: A .. B`` before a block
keeps the lines from the one that begins with A to before the one that begins with B. ``python docs/transcript.py`` writes the
page; a test calls :func:`fill_page` and demands that it is the same, so what the tutorial shows is what happens.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from netglass.api.demo import find_sample

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "tutorial" / "first-finding.md"

BLOCK = re.compile(
    r"(?:<!-- part: (?P<start>[^\n]*?) \.\. (?P<end>[^\n]*?) -->\n)?```console\n(?P<commands>(?:\$ [^\n]*\n)+)(?P<output>.*?)```",
    re.DOTALL,
)


def fill_page(text: str, folder: Path) -> str:
    """Return ``text`` with every output as the commands print it in ``folder``, in the order of the page."""
    printed: dict[str, str] = {}

    def fill(block: re.Match[str]) -> str:
        commands = block["commands"]
        if commands not in printed:
            printed[commands] = run_commands(commands, folder)
        output = cut_part(printed[commands], block["start"], block["end"])
        return block[0][: block.start("output") - block.start()] + output + "```"

    return BLOCK.sub(fill, text)


def run_commands(commands: str, folder: Path) -> str:
    """Return what the commands print to stdout, without the place of this installation.

    Raises:
        subprocess.CalledProcessError: a command fails.
    """
    script = 'netglass() { "$PYTHON" -m netglass "$@"; }; python() { "$PYTHON" "$@"; }\n'
    script += "\n".join(line.removeprefix("$ ") for line in commands.splitlines())
    places = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHON": sys.executable, "PYTHONPATH": places, "COLUMNS": "116", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["sh", "-eu", "-c", script], cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    shown = done.stdout.replace(str(find_sample()), ".../netglass/sample")
    return "".join(f"{line.rstrip()}\n" for line in shown.splitlines())


def cut_part(output: str, start: str | None, end: str | None) -> str:
    """Return the lines from the first that begins with ``start`` to before the next that begins with ``end``."""
    if start is None or end is None:
        return output
    lines = output.splitlines(keepends=True)
    first = next(place for place, line in enumerate(lines) if line.startswith(start))
    last = next((place for place, line in enumerate(lines) if place > first and line.startswith(end)), len(lines))
    return "".join(lines[first:last]).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(fill_page(PAGE.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
