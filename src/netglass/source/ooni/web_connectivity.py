"""web_connectivity 0.0 to 0.5 (ts-017): one page, its lookups, connections and requests, and the test helper's view of the same.

**Source**: OONI spec ts-017-web-connectivity. From 0.5 steps carry tags and transaction ids; before it there is one lookup and one chain
of requests, whose hops are told from the order.
"""

from collections.abc import Callable, Sequence

from netglass.refdata import Refdata
from netglass.source.ooni import envelope as df000
from netglass.source.ooni.address import split_url
from netglass.source.ooni.control import has_answer, list_control_addresses, list_page, read_outcomes
from netglass.source.ooni.dns import list_lookups
from netglass.source.ooni.http import Answer, list_requests, read_answer, trace_hops
from netglass.source.ooni.identity import identify_web
from netglass.source.ooni.row import Record, Rows
from netglass.source.ooni.step import Frame, Row
from netglass.source.ooni.structure import Control, WebKeys, WebMeasurement
from netglass.source.ooni.tcp import list_connects
from netglass.source.ooni.tls import list_handshakes
from netglass.source.ooni.transfer import Groups, group_events, list_transfers
from netglass.vocab.id import derive_key, derive_uid

_NO_CONTROL = Control()
_NO_KEYS = WebKeys()
NO_MOMENT = df000.Moment(None, None, None)


class Web:
    """A web_connectivity measurement on its way to rows.

    Attributes:
        record: where it came from.
        measurement: the decoded record.
        keys: its test keys.
        frame: what its steps share, with the issues found so far.
        aim: what ``input`` aims at.
        answers: the answers to its requests, newest first.
        depths: the redirect hop of each request.
        groups: network events by connection.
        content_id: its identity by content.
        official: its ``measurement_uid`` where the record or its container tells.
        moment: when it was made.
        tables: rows by table, as far as they were read.
    """

    __slots__ = (
        *("aim", "answers", "content_id", "depths", "frame", "groups"),
        *("keys", "measurement", "moment", "official", "record", "tables"),
    )

    def __init__(
        self, record: Record, measurement: WebMeasurement, uid: str | None, refdata: Refdata, issues: dict[str, None]
    ) -> None:
        """Begin with what the envelope tells; ``uid`` is by a wrapper, where there was one."""
        self.record = record
        self.measurement = measurement
        self.keys = measurement.test_keys or _NO_KEYS
        self.aim = df000.read_aim(measurement, issues, required=True)
        self.frame = Frame(
            refdata, True, df000.read_asn(measurement.probe_asn, "probe_asn", {}), df000.read_probe_address(measurement)
        )
        self.frame.issues = issues
        self.official = measurement.measurement_uid or uid or record.uid_hint
        self.answers: list[Answer] = []
        self.depths: list[int] = []
        self.groups: Groups = {}
        self.content_id = ""
        self.moment = NO_MOMENT
        self.tables: dict[str, list[Row]] = {}
        if self.keys == _NO_KEYS:
            self.frame.add_issue("empty_test_keys")


def _read_answers(web: Web) -> None:
    web.answers = [read_answer(transaction, web.frame) for transaction in web.keys.requests or ()]


def _identify(web: Web) -> None:
    web.content_id = identify_web(web.measurement, web.keys, web.answers)
    web.frame.key = derive_key(web.content_id)
    web.moment = df000.read_moment(web.measurement, web.official, web.record.upload_hour, web.frame.issues)


def _list_control(web: Web) -> None:
    frame, control = web.frame, web.keys.control or _NO_CONTROL
    frame.tcp_control = read_outcomes(control.tcp_connect)
    frame.tls_control = read_outcomes(control.tls_handshake)
    frame.explain(web.aim.host)
    web.tables["control_address"] = list(list_control_addresses(web.keys.control, frame))


def _prepare_steps(web: Web) -> None:
    keys, host = web.keys, web.aim.host
    depths = web.depths = trace_hops(keys.requests or (), web.answers)
    web.frame.find_hops = lambda: find_hops(keys, depths, host)  # not by way of web: nobody collects a cycle here
    web.groups = group_events(web.keys.network_events)


def _list_dns(web: Web) -> None:
    keys, frame = web.keys, web.frame
    web.tables["dns"] = [
        *list_lookups(keys.queries, frame),
        *list_lookups(keys.x_dns_duplicate_responses, frame, late=True),
        *list_lookups(keys.x_dns_late_replies, frame, late=True),
    ]


def _list_tcp(web: Web) -> None:
    web.tables["tcp"] = list(list_connects(web.keys.tcp_connect, web.frame, web.aim.host))


def _list_tls(web: Web) -> None:
    keys, groups, frame, moment = web.keys, web.groups, web.frame, web.moment.observed
    web.tables["tls"] = list(list_handshakes(keys.tls_handshakes, groups, frame, moment, frame.tls_control))
    if keys.quic_handshakes:
        control = read_outcomes(keys.control.quic_handshake if keys.control else None)
        web.tables["tls"] += list_handshakes(keys.quic_handshakes, groups, frame, moment, control)


def _list_http(web: Web) -> None:
    web.tables["http"] = list(list_requests(web.keys.requests or (), web.answers, web.depths, web.frame))


def _list_transfer(web: Web) -> None:
    web.tables["transfer"] = list(list_transfers(web.groups, web.frame))


def _list_measurement(web: Web) -> None:
    record, measurement, frame = web.record, web.measurement, web.frame
    head = (
        frame.key,
        web.official or derive_uid(web.content_id),
        web.content_id,
        measurement.report_id or None,
        record.source_file,
        record.offset,
        record.length,
    )
    probe = df000.list_probe(measurement, frame, web.aim)
    verdict = list_verdict(web.keys, frame)
    software = df000.list_software(measurement)
    web.tables["measurement"] = [
        (*head, *probe, *web.moment, *software, *verdict, list(frame.issues), frame.refdata.hash)
    ]


STAGES: tuple[Callable[[Web], None], ...] = (
    _read_answers,
    _identify,
    _list_control,
    _prepare_steps,
    _list_dns,
    _list_tcp,
    _list_tls,
    _list_http,
    _list_transfer,
    _list_measurement,
)
"""In this order: addresses that DNS and TCP explain are known before the texts of answers are scrubbed."""


def list_webs(webs: Sequence[Web]) -> list[Rows]:
    """Return the rows of web_connectivity measurements.

    Stage by stage over all of them: what a stage needs stays in the processor's caches, which a whole measurement, with its page,
    does not fit into.
    """
    for stage in STAGES:
        for web in webs:
            stage(web)
    return [Rows(web.content_id, web.official or derive_uid(web.content_id), web.tables) for web in webs]


def find_hops(keys: WebKeys, depths: Sequence[int], host: str | None) -> dict[str | None, int]:
    """Return the first redirect hop at which each host was asked, for steps whose client does not tell."""
    hops: dict[str | None, int] = {host: 0} if host else {}
    for transaction, depth in zip(reversed(keys.requests or ()), reversed(depths), strict=True):
        if transaction.request:
            hops.setdefault(split_url(transaction.request.url).host, depth)
    hops.pop(None, None)
    return hops


def list_verdict(keys: WebKeys, frame: Frame) -> Row:
    """Return the columns from ``probe_blocking`` to ``control_server``."""
    blocking = keys.blocking
    if isinstance(blocking, bool):
        blocking = "true" if blocking else "false"
    failure = frame.read_failure(keys.control_failure)
    answered = failure is None and has_answer(keys.control)
    return (blocking, keys.accessible, failure, answered, *list_page(keys.control, frame))
