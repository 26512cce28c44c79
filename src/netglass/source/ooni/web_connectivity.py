"""web_connectivity 0.0 to 0.5 (ts-017): one page, its lookups, connections and requests, and the test helper's view of the same.

**Source**: OONI spec ts-017-web-connectivity. From 0.5 steps carry tags and transaction ids; before it there is one lookup and one chain
of requests, whose hops are told from the order.
"""

from collections.abc import Sequence

from netglass.refdata import Refdata
from netglass.source.ooni import envelope as df000
from netglass.source.ooni.address import split_url
from netglass.source.ooni.control import has_answer, list_control_addresses, list_page, read_outcomes
from netglass.source.ooni.dns import list_lookups
from netglass.source.ooni.http import list_requests, read_answer, trace_hops
from netglass.source.ooni.identity import identify_web
from netglass.source.ooni.row import Record, Rows
from netglass.source.ooni.step import Frame, Row
from netglass.source.ooni.structure import Control, WebKeys, WebMeasurement
from netglass.source.ooni.tcp import list_connects
from netglass.source.ooni.tls import list_handshakes
from netglass.source.ooni.transfer import group_events, list_transfers
from netglass.vocab.id import derive_key, derive_uid

_NO_CONTROL = Control()


def list_web(
    record: Record, measurement: WebMeasurement, uid: str | None, refdata: Refdata, issues: dict[str, None]
) -> Rows:
    """Return the rows of a web_connectivity measurement.

    Args:
        record: where it came from.
        measurement: the decoded record; ``test_keys`` is there.
        uid: ``measurement_uid`` by a wrapper, where there was one.
        refdata: reference data for enrichment.
        issues: what was found so far, in order.
    """
    keys = measurement.test_keys or WebKeys()
    aim = df000.read_aim(measurement, issues, required=True)
    frame = Frame(
        refdata, True, df000.read_asn(measurement.probe_asn, "probe_asn", {}), df000.read_probe_address(measurement)
    )
    frame.issues = issues
    if keys == WebKeys():
        frame.add_issue("empty_test_keys")
    answers = [read_answer(transaction, frame) for transaction in keys.requests or ()]
    content_id = identify_web(measurement, keys, answers)
    frame.key = derive_key(content_id)
    official = measurement.measurement_uid or uid or record.uid_hint
    moment = df000.read_moment(measurement, official, record.upload_hour, issues)
    control = keys.control or _NO_CONTROL
    frame.tcp_control = read_outcomes(control.tcp_connect)
    frame.tls_control = read_outcomes(control.tls_handshake)
    frame.explain(aim.host)
    control_rows = list(list_control_addresses(keys.control, frame))
    depths = trace_hops(keys.requests or (), answers)
    frame.find_hops = lambda: find_hops(keys, depths, aim.host)
    groups = group_events(keys.network_events)
    tables = {
        "dns": [
            *list_lookups(keys.queries, frame),
            *list_lookups(keys.x_dns_duplicate_responses, frame, late=True),
            *list_lookups(keys.x_dns_late_replies, frame, late=True),
        ],
        "tcp": list(list_connects(keys.tcp_connect, frame, aim.host)),
        "tls": list(list_handshakes(keys.tls_handshakes, groups, frame, moment.observed)),
        "http": list(list_requests(keys.requests or (), answers, depths, frame)),
        "transfer": list(list_transfers(groups, frame)),
        "control_address": control_rows,
    }
    measurement_uid = official or derive_uid(content_id)
    head = (
        frame.key,
        measurement_uid,
        content_id,
        measurement.report_id or None,
        record.source_file,
        record.offset,
        record.length,
    )
    probe = df000.list_probe(measurement, frame, aim)
    verdict = list_verdict(keys, frame)
    row = (*head, *probe, *moment, *df000.list_software(measurement), *verdict, list(issues), refdata.hash)
    return Rows(content_id, measurement_uid, {"measurement": [row], **tables})


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
