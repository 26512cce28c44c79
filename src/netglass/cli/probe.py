"""``netglass probe``: measure pages from here; and the test helper, and what may be published."""

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from netglass.api import probe as api
from netglass.cli.app import Format, app, read_version
from netglass.cli.format import write_rows
from netglass.probe.config import Vantage
from netglass.probe.consent import describe
from netglass.probe.run import Step
from netglass.probe.url_list import Risk, UrlList
from netglass.vocab.error import UsageError

probe_app = App(name="probe")
app.command(probe_app)

LETTERS = 2


@probe_app.default
def probe(
    *urls: str,
    list_file: Annotated[
        Path | None, Parameter(name="--list", help="List in the layout of the Citizen Lab: url,category_code,…")
    ] = None,
    cc: Annotated[str | None, Parameter(name="--cc", help="Country that you measure from, two letters.")] = None,
    asn: Annotated[int, Parameter(name="--asn", help="Number of your network; 0 is withheld.")] = 0,
    out: Annotated[Path, Parameter(help="Folder of the run: run.json and measurements.jsonl.")] = Path(
        "netglass-probe"
    ),
    dry_run: Annotated[bool, Parameter(help="Say the purpose of every packet, and send none.")] = False,
    concurrency: Annotated[int, Parameter(validator=Number(gte=1, lte=64), help="Measurements at a time.")] = 4,
    helper: Annotated[str | None, Parameter(env_var="NETGLASS_PROBE_HELPER", help="URL of the test helper.")] = None,
    resolver: Annotated[
        str | None, Parameter(env_var="NETGLASS_PROBE_RESOLVER", help="Public resolver to ask over UDP, or none.")
    ] = None,
    doh: Annotated[
        str | None, Parameter(env_var="NETGLASS_PROBE_DOH", help="URL of a resolver to ask over HTTPS, or none.")
    ] = None,
    http3: Annotated[bool, Parameter(help="Try HTTP/3 too. Needs the extra probe.")] = False,
    accept_risk: Annotated[
        Literal["low", "elevated", "high"] | None,
        Parameter(help="Consent without being asked, to this class of risk and no other."),
    ] = None,
    despite_risk: Annotated[
        str | None, Parameter(help="Name a country once more where measuring is off by default.")
    ] = None,
    own_address: Annotated[
        list[str] | None,
        Parameter(help="Address by which sites see you, to be taken out of what is written. May be given again."),
    ] = None,
    format: Format = "table",
) -> None:
    """Measure pages from here: lookups, connects, TLS, HTTP and redirects, each step kept apart.

    Before the first packet you are told what it may mean for you, and asked; again when other pages are to be measured, or
    pages of another class of risk. The same command goes on where it was interrupted. Without a test helper nothing can be
    compared, and the probe's own verdict stays empty.

    Examples:
        netglass probe https://www.example.org/ --cc XA --dry-run

        netglass probe --list lists/xa.csv --cc XA --asn 64512 --helper https://helper.example/ --out run-xa

    Args:
        urls: http or https.
    """
    wanted = api.choose_urls(urls, list_file)
    for url, reason in wanted.refused:
        _say(f"not measured: {reason} ({url!r})")
    country = _read_country(cc, dry_run)
    vantage = Vantage(country, f"AS{asn}", software_version=read_version())
    config = api.make_probe_config(vantage, helper=helper, resolver=resolver, doh=doh, http3=http3)
    if dry_run:
        write_rows(("url", "packet"), api.plan_probe(wanted, config), format)
        _say("Nothing was sent.")
        return
    permit = api.seek_consent(
        wanted, country, despite_risk == country, lambda reason: _ask(wanted, country, reason, accept_risk)
    )
    if config.helper is None:
        _say("No test helper: --helper or NETGLASS_PROBE_HELPER. Nothing can be compared.")
    with _Bar() as bar:
        result = api.run_probe(
            wanted, config, out, permit, jobs=concurrency, own_addresses=own_address or (), report=bar.show
        )
    write_rows(("url", "blocking", "accessible", "failure"), api.list_results(out), format)
    _say(f"{result.made} measured, {result.present} were there before. They are in {out}; nothing was published.")


def _read_country(cc: str | None, dry_run: bool) -> str:
    country = (cc or ("ZZ" if dry_run else "")).upper()
    if len(country) != LETTERS or not country.isalpha():
        raise UsageError("say from which country you measure: --cc and two letters. It decides what you are asked.")
    return country


def _say(text: str) -> None:
    Console(stderr=True).print(Text(text), soft_wrap=True)


def _ask(wanted: UrlList, country: str, reason: str, accepted: str | None) -> bool:
    """Put the question on stderr and read the answer, or take the class that was accepted."""
    _say(f"You are asked because {reason}.\n\n{describe(wanted, country)}")
    if accepted is not None:
        if Risk[accepted.upper()] is wanted.risk:
            return True
        raise UsageError(
            f"--accept-risk {accepted}: these pages are of class {wanted.risk.name.lower()}. Nothing was sent."
        )
    if not sys.stdin.isatty():
        raise UsageError(
            f"nobody is there to be asked. Run this in a terminal, or write --accept-risk {wanted.risk.name.lower()}"
            " when you have read the text above. Nothing was sent."
        )
    _say("Type yes to measure.")
    return sys.stdin.readline().strip().lower() == "yes"


class _Bar:
    """A progress bar on stderr, shown where stderr is a terminal."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.fields[url]}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task("", total=None, url="")

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, step: Step) -> None:
        """Draw one step."""
        url = step.measurement.input[:60] if step.measurement else ""
        self._progress.update(self._task, total=step.total, completed=step.done, url=url)


@probe_app.command
def helper(
    *,
    address: Annotated[str, Parameter(help="Own address to listen at.")] = "127.0.0.1",
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=65535), help="Port; 0 for any.")] = 8080,
    certificate: Annotated[Path | None, Parameter(help="Certificate chain in PEM, to serve HTTPS.")] = None,
    key: Annotated[Path | None, Parameter(help="Its key in PEM; default: in the same file.")] = None,
    per_minute: Annotated[int, Parameter(validator=Number(gte=1), help="Requests of one client in a minute.")] = 60,
) -> None:
    """Serve as a test helper: tell clients how a page looks from here, where nobody interferes with it.

    It speaks the JSON API of OONI's helper. It listens on loopback unless told otherwise, connects to nothing but the public
    internet, limits each client, and keeps no record of them. Stop it with Ctrl-C.

    Examples:
        netglass probe helper

        netglass probe helper --address 203.0.113.7 --port 443 --certificate chain.pem --key key.pem
    """
    api.serve_helper(
        address,
        port,
        certificate=certificate,
        key=key,
        per_minute=per_minute,
        ready=lambda url: _say(f"The test helper listens at {url}"),
    )


@probe_app.command
def export(
    folder: Path,
    *,
    out: Annotated[Path, Parameter(help="File to write, one measurement a line; it appears whole.")],
    days: Annotated[int, Parameter(help="Days for which a measurement is held back, 7 or more.")] = 7,
) -> None:
    """Write what may be published of a run: what is old enough, with times that name no minute.

    Stdout gets a JSON object that counts measurements.

    Examples:
        netglass probe export run-xa --out xa.jsonl

    Args:
        folder: Folder of the run.
    """
    exported, total = api.export_run(folder, out, days=days)
    sys.stdout.write(json.dumps({"exported": exported, "held_back": total - exported}) + "\n")
