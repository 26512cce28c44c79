"""Offline check of certificate chains at the time of the measurement, against dated roots that the user supplied.

A path is built by hand instead of with ``cryptography.x509.verification``: that API enforces the CA/Browser Forum's
profile (authority key identifier, extended key usage, SHA-2 …), and would call real chains of earlier years, and
those of sealed laboratories, untrusted for reasons that no client of their time had. What is checked is what RFC 5280
section 6 makes an attacker unable to forge: signatures up to a given root, CA flags, path lengths, name constraints,
server usage, validity and name. Roots come in PEM bundles; of several dated ones the newest that is not younger than
the measurement counts.
"""

import re
import warnings
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from netglass.refdata.hostname import certificate_names, constrains_name, match_certificate
from netglass.vocab.error import InputError

VALID, UNTRUSTED, EXPIRED, NOT_YET_VALID = "valid", "untrusted", "expired", "not_yet_valid"
WRONG_NAME, UNPARSABLE, NO_TRUST_STORE = "wrong_name", "unparsable", "no_trust_store"

MAX_DEPTH = 8
"""Longest path that is tried; public chains have two to four certificates."""

MAX_SIGNATURES = 32
"""Signature checks spent on one chain, so that a hostile chain costs some milliseconds at most."""

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


Roots = dict[bytes, tuple[x509.Certificate, ...]]
"""Trusted certificates by their subject (DER)."""


class TrustStore(NamedTuple):
    """The roots of one snapshot by subject (DER): its name and the day from which it speaks."""

    name: str
    date: str
    roots: Roots


class Settled(NamedTuple):
    """What a chain is worth whatever the time: readable, for the name, and when each trusted path is in force."""

    parsable: bool
    name_match: bool
    windows: tuple[tuple[datetime, datetime], ...]


def load_certificate(der: bytes) -> x509.Certificate | None:
    """Parse a certificate; None for anything that is not one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            certificate = x509.load_der_x509_certificate(der)
            certificate.subject, certificate.issuer  # noqa: B018 - names are parsed late and may be malformed
    except Exception:  # whatever the parser objects to, these bytes are no usable certificate
        return None
    return certificate


def read_roots(path: Path, name: str, date: str) -> TrustStore:
    """Read a PEM bundle of roots.

    Raises:
        InputError: no certificate in it, or one of them cannot be read; the message names file and line.
    """
    data = path.read_bytes()
    roots: Roots = {}
    for match in _PEM.finditer(data):
        try:
            root = x509.load_pem_x509_certificate(match.group())
            subject = root.subject.public_bytes()
        except ValueError as error:
            line = data.count(b"\n", 0, match.start()) + 1
            raise InputError(f"{path}:{line}: {error}; every block must be one X.509 certificate") from error
        roots[subject] = (*roots.get(subject, ()), root)
    if not roots:
        raise InputError(f"{path}: no certificate found; expected PEM blocks (-----BEGIN CERTIFICATE-----)")
    return TrustStore(name, date, roots)


def _basic_constraints(certificate: x509.Certificate) -> tuple[bool, int | None]:
    """Return CA flag and path length; version 1 certificates have neither and count as CA only when they are roots."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except Exception:  # absent or malformed
        return False, None
    return constraints.ca, constraints.path_length


def may_serve(leaf: x509.Certificate) -> bool:
    """Say whether the extended key usage lets a certificate stand for a server (absent means any)."""
    try:
        usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except Exception:  # malformed extensions: no client would accept it
        return False
    return ExtendedKeyUsageOID.SERVER_AUTH in usage or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in usage


def _allows_names(issuer: x509.Certificate, names: Iterable[str]) -> bool:
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return True
    except Exception:  # malformed constraints constrain everything
        return False
    known = (x509.DNSName, x509.IPAddress)
    permitted = [item for item in constraints.permitted_subtrees or () if isinstance(item, known)]
    excluded = list(constraints.excluded_subtrees or ())
    return all(
        (not permitted or any(constrains_name(item, name) for item in permitted))
        and not any(constrains_name(item, name) for item in excluded)
        for name in names
    )


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:  # bad signature, other name, unsupported algorithm: not shown to be issued
        return False
    return True


def _same(one: x509.Certificate, other: x509.Certificate) -> bool:
    return one.public_bytes(Encoding.DER) == other.public_bytes(Encoding.DER)


def find_paths(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], known_roots: Roots
) -> list[list[x509.Certificate]]:
    """Return the paths from ``leaf`` to one of ``known_roots``, at most as many as the limits allow."""
    names = sum(certificate_names(leaf), ())
    paths: list[list[x509.Certificate]] = []
    budget = MAX_SIGNATURES

    def extend(path: list[x509.Certificate]) -> None:
        nonlocal budget
        last = path[-1]
        roots = known_roots.get(last.issuer.public_bytes(), ())
        if any(_same(last, root) for root in known_roots.get(last.subject.public_bytes(), ())):
            paths.append(path)
            return
        candidates = [(root, True) for root in roots]
        candidates += [(other, False) for other in others if other.subject == last.issuer and other not in path]
        for issuer, is_root in candidates:
            is_ca, length = _basic_constraints(issuer)
            if not (is_ca or is_root) or (length is not None and length < len(path) - 1) or budget <= 0:
                continue
            budget -= 1
            if not _allows_names(issuer, names) or not _is_issued_by(last, issuer):
                continue
            if is_root:
                paths.append([*path, issuer])
            elif len(path) < MAX_DEPTH:
                extend([*path, issuer])

    extend([leaf])
    return paths


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def settle_chain(chain: Sequence[bytes], server_name: str, roots: Roots) -> Settled:
    """Check everything about a chain that does not depend on the time. An empty ``server_name`` matches any."""
    leaf = load_certificate(chain[0]) if chain else None
    if leaf is None:
        return Settled(False, False, ())
    others = [other for der in chain[1:] if (other := load_certificate(der)) is not None]
    paths = find_paths(leaf, others, roots) if may_serve(leaf) else []
    windows = tuple(
        (
            max(_naive(certificate.not_valid_before_utc) for certificate in path),
            min(_naive(certificate.not_valid_after_utc) for certificate in path),
        )
        for path in paths
    )
    return Settled(True, not server_name or match_certificate(leaf, server_name), windows)


def judge_chain(settled: Settled, at: datetime) -> str:
    """Return the status of a settled chain at ``at`` (naive, UTC).

    What speaks about *who* answered comes first: a chain that leads to no root is ``untrusted`` even when it is
    expired as well, and a trusted certificate for somebody else is ``wrong_name``.
    """
    if not settled.parsable:
        return UNPARSABLE
    if not settled.windows:
        return UNTRUSTED
    if not settled.name_match:
        return WRONG_NAME
    if any(begin <= at <= end for begin, end in settled.windows):
        return VALID
    return NOT_YET_VALID if all(at < begin for begin, _ in settled.windows) else EXPIRED


def merge_roots(stores: Iterable[TrustStore]) -> Roots:
    """Return the roots of several bundles together."""
    merged: Roots = {}
    for store in stores:
        for subject, roots in store.roots.items():
            merged[subject] = merged.get(subject, ()) + roots
    return merged


class TrustChecker:
    """All trust stores of a set of pins, with a memory of the chains that were settled."""

    def __init__(self, stores: Iterable[TrustStore]) -> None:
        self._stores: dict[str, list[TrustStore]] = {}
        for store in sorted(stores, key=lambda store: store.date):
            self._stores.setdefault(store.name, []).append(store)
        self._is_single = all(len(stores) == 1 for stores in self._stores.values())
        self._roots: dict[tuple[int, ...], Roots] = {}
        self._memo: dict[tuple[tuple[bytes, ...], str, tuple[int, ...]], Settled] = {}

    def _choose(self, at: datetime) -> tuple[int, ...]:
        """Return, for each bundle, the number of its snapshot that was in force: the newest not younger than ``at``."""
        if self._is_single:
            return (0,) * len(self._stores)
        day = at.date().isoformat()
        return tuple(
            max((number for number, store in enumerate(stores) if store.date <= day), default=0)
            for stores in self._stores.values()
        )

    def _roots_of(self, choice: tuple[int, ...]) -> Roots:
        roots = self._roots.get(choice)
        if roots is None:
            chosen = (stores[number] for stores, number in zip(self._stores.values(), choice, strict=True))
            roots = self._roots[choice] = merge_roots(chosen)
        return roots

    def check_chain(self, chain: Sequence[bytes], server_name: str, at: datetime) -> str:
        """Return the status of ``chain`` (leaf first) for ``server_name`` at ``at`` (naive, UTC). Never raises."""
        if not chain or not self._stores:
            return NO_TRUST_STORE if chain and load_certificate(chain[0]) is not None else UNPARSABLE
        choice = self._choose(at)
        key = (tuple(chain), server_name, choice)
        settled = self._memo.get(key)
        if settled is None:
            if len(self._memo) > 50_000:
                self._memo.clear()
            settled = self._memo[key] = settle_chain(chain, server_name, self._roots_of(choice))
        return judge_chain(settled, at)
