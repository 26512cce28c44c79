"""Measure pages from here, serve as a test helper, and export what may be published: the verbs behind ``netglass probe``."""

import asyncio
import ipaddress
import os
import ssl
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from random import SystemRandom

import msgspec

from netglass.probe.config import Config, Vantage
from netglass.probe.consent import Consent, Permit, grant, load_consent, make_consent, save_consent, why_ask
from netglass.probe.export import LEAST_DAYS, export_lines
from netglass.probe.handshake import make_context
from netglass.probe.helper import Helper, HelperConfig
from netglass.probe.plan import describe_packets
from netglass.probe.run import RunFolder, RunResult, Step, run_urls
from netglass.probe.socket_net import SocketHost, SocketNet, find_own_addresses
from netglass.probe.url import parse_target
from netglass.probe.url_list import UrlList, list_urls, read_url_list
from netglass.vocab.error import EngineError, InputError, UsageError
from netglass.vocab.setting import read_setting
from netglass.wire.net import Endpoint, Net

NONE = "none"
"""What stands for no resolver, in a setting or an option."""

DNS_PORT = 53


def choose_urls(urls: Sequence[str], list_file: Path | None = None) -> UrlList:
    """Return what is to be measured: URLs, or a list.

    Raises:
        UsageError: neither or both were given, or a URL cannot be measured.
        InputError: the list cannot be read, or holds nothing to measure.
    """
    if bool(urls) == (list_file is not None):
        raise UsageError("give URLs, or a list with --list. Example: netglass probe https://example.org/ --cc XA")
    if list_file is None:
        return list_urls(urls)
    wanted = read_url_list(list_file)
    if not wanted.entries:
        raise InputError(f"{list_file}: no URL that can be measured")
    return wanted


def make_probe_config(
    vantage: Vantage,
    *,
    helper: str | None = None,
    resolver: str | None = None,
    doh: str | None = None,
    http3: bool = False,
    roots: Path | None = None,
) -> Config:
    """Return how to measure; what is None comes from the settings.

    Args:
        vantage: who measures.
        helper: URL of the test helper.
        resolver: address of a public resolver, or ``none``.
        doh: URL of a resolver over HTTPS, or ``none``.
        http3: whether HTTP/3 is tried too.
        roots: file of trusted roots in PEM, by default the system's.

    Raises:
        UsageError: one of them has the wrong form.
    """
    if http3 and find_spec("aioquic") is None:
        raise UsageError("HTTP/3 needs the extra probe: pip install 'netglass[probe]'")
    helper = _choose(helper, "NETGLASS_PROBE_HELPER")
    server = _choose(doh, "NETGLASS_PROBE_DOH")
    address = _choose(resolver, "NETGLASS_PROBE_RESOLVER")
    for url in (helper, server):
        if url is not None:
            parse_target(url)
    try:
        endpoint = Endpoint(str(ipaddress.ip_address(address)), DNS_PORT) if address else None
    except ValueError as error:
        raise UsageError(f"the resolver {address!r} is no address; write one like 9.9.9.9, or none") from error
    return Config(
        context=make_context(roots.read_text(encoding="ascii") if roots else None),
        vantage=vantage,
        helper=helper,
        resolver=endpoint,
        doh=server,
        http3=http3,
        random=SystemRandom(),
    )


def _choose(given: str | None, setting: str) -> str | None:
    value = given or read_setting(setting)
    return None if value in ("", NONE) else value


def plan_probe(wanted: UrlList, config: Config) -> Iterator[tuple[str, str]]:
    """Yield URL and purpose of every kind of packet that measuring a list would send. Sends nothing."""
    for entry in wanted.entries:
        for sentence in describe_packets(entry.url, config):
            yield entry.url, sentence


def find_consent_file() -> Path:
    """Return the file of what was agreed to."""
    setting = read_setting("NETGLASS_CONSENT")
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(setting) if setting else Path(folder, "netglass", "consent.json")


def seek_consent(wanted: UrlList, country: str, insists: bool, ask: Callable[[str], bool]) -> Permit:
    """Return the permit to measure a list; ask for consent where it is not covered by what was agreed to before.

    Args:
        wanted: the list.
        country: where, two letters.
        insists: whether the person named a dangerous country once more.
        ask: puts the question, with the reason for it; says whether the person agrees.

    Raises:
        UsageError: there is no consent.
    """
    path = find_consent_file()
    given: Consent | None = load_consent(path)
    agreed = make_consent(wanted, country)
    dangerous = read_setting("NETGLASS_PROBE_OFF").split()
    if country in dangerous and not insists:
        return grant(given, wanted, country, dangerous)
    if (reason := why_ask(given, wanted, country)) is not None and ask(reason):
        save_consent(path, agreed)
        given = agreed
    return grant(given, wanted, country, dangerous, insists)


def run_probe(
    wanted: UrlList,
    config: Config,
    folder: Path,
    permit: Permit,
    *,
    jobs: int = 4,
    own_addresses: Sequence[str] = (),
    report: Callable[[Step], None] = lambda _: None,
    net: Net | None = None,
) -> RunResult:
    """Measure a list into a folder, from where it stands.

    Args:
        wanted: the list.
        config: how to measure.
        folder: folder of the run.
        permit: what was consented to.
        jobs: measurements at a time.
        own_addresses: addresses by which this machine is known outside; its own are found without being told.
        report: told after every measurement.
        net: the machine that measures, by default this one.

    Raises:
        UsageError: what is wanted was not consented to, or another run writes to the folder.
    """
    own = [*own_addresses, *(find_own_addresses() if net is None else ())]
    work = run_urls(
        net or SocketNet(),
        [entry.url for entry in wanted.entries],
        config,
        RunFolder(folder),
        permit,
        jobs=jobs,
        own_addresses=own,
        report=report,
    )
    return asyncio.run(work)


def serve_helper(
    address: str,
    port: int,
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    per_minute: int = 60,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve as a test helper until interrupted.

    Args:
        address: own address to listen at.
        port: port, 0 for any.
        certificate: chain in PEM, for HTTPS.
        key: its private key in PEM; None where it stands in the same file.
        per_minute: requests of one client in a minute.
        ready: told the URL once it listens.

    Raises:
        EngineError: it cannot listen there, or the certificate cannot be used.
    """
    secure = None
    if certificate is not None:
        try:
            secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            secure.load_cert_chain(certificate, key)
        except (OSError, ValueError) as error:
            raise EngineError(f"{certificate}: {error}; a chain and a key in PEM are needed") from error
    config = HelperConfig(make_context(), secure=secure, per_minute=per_minute)
    try:
        asyncio.run(_serve(address, port, config, ready))
    except OSError as error:
        raise EngineError(f"cannot listen at {Endpoint(address, port)}: {error.strerror or error}") from error


async def _serve(address: str, port: int, config: HelperConfig, ready: Callable[[str], None]) -> None:
    host = SocketHost()
    try:
        await Helper(host, config).listen(address, port)
        ready(f"{'https' if config.secure else 'http'}://{host.endpoints[0]}/")
        await asyncio.Event().wait()
    finally:
        await host.stop()


def export_run(folder: Path, out: Path, *, days: int = LEAST_DAYS, now: datetime | None = None) -> tuple[int, int]:
    """Write what may be published of a run to a file, which appears whole; return how many measurements that is, of how many.

    Args:
        folder: folder of the run.
        out: the file.
        days: for how long measurements are held back, 7 or more.
        now: the time, naive UTC; by default that of the machine.

    Raises:
        UsageError: ``days`` is less than 7.
        InputError: there is no run, or a line of it is no measurement.
    """
    run = RunFolder(folder)
    if not run.measurements.exists():
        raise InputError(f"{folder}: no run: there is no {run.measurements.name}")
    moment = now or datetime.now(UTC).replace(tzinfo=None)
    beside = out.with_name(f"{out.name}.new")
    count = 0
    try:
        with beside.open("wb") as file:
            for line in export_lines(run.read_lines(), moment, days, run.measurements):
                file.write(line)
                count += 1
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    return count, sum(1 for _ in run.read_lines())


def list_results(folder: Path) -> Iterator[tuple[str, str | bool | None, bool | None, str | None]]:
    """Yield URL, the probe's own ``blocking`` and ``accessible``, and the failure of each measurement of a run."""
    for line in RunFolder(folder).read_lines():
        value = msgspec.json.decode(line)
        keys = value["test_keys"]
        failure = keys.get("http_experiment_failure", keys.get("failure"))
        yield value["input"], keys.get("blocking"), keys.get("accessible"), failure
