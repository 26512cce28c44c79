"""Assess a country: order beside effect, claim beside evidence, pledge beside indicator, dependence, trend, effect of a law.

What these functions return has passed the rule of publication, unless ``local_only`` says that it stays where it is.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from netglass.assess.chain import assess_chain
from netglass.assess.claim import assess_claims
from netglass.assess.collateral import assess_collateral, find_hosts
from netglass.assess.dependence import assess_dependence
from netglass.assess.effect import LEAST_PAIRS, select_donors, tell_effect
from netglass.assess.listing import list_companies, list_endorsements
from netglass.assess.observed import Row, read_observed
from netglass.assess.panel import build_panel
from netglass.assess.pledge import assess_pledges
from netglass.assess.publication import RULES, Ground, Rule, find_protected, hide_protected, release
from netglass.assess.specification import read_specification
from netglass.assess.tie import find_citations
from netglass.assess.trend import assess_trend
from netglass.assess.zombie import assess_zombies, find_deaths
from netglass.detect.coverage import RECALL
from netglass.register.country import require_country
from netglass.register.library import Register
from netglass.vocab.error import UsageError

if TYPE_CHECKING:
    import duckdb

    from netglass.store.query import Store


class Assessment(NamedTuple):
    """Columns and rows of one assessment."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


class Question(NamedTuple):
    """What an assessment may look at.

    Attributes:
        connection: with the views of the store.
        ground: what was measured in the country, and the register.
        local_only: whether nothing of it is published.
        recall: probability that one measurement on a blocked path shows the block.
        today: the day on which it is asked.
    """

    connection: "duckdb.DuckDBPyConnection"
    ground: Ground
    local_only: bool
    recall: float
    today: date


def assess(
    store: "Store",
    register: Register,
    noun: str,
    cc: str,
    *,
    local_only: bool = False,
    recall: float = RECALL,
    today: date | None = None,
) -> Assessment:
    """Assess one thing of one country.

    Args:
        store: a store that ``judge`` and ``detect`` have been run on.
        register: of :func:`netglass.api.register.open_register`.
        noun: a key of :data:`NOUNS`.
        cc: country, two letters.
        local_only: give also what may not be published: answers per network, coverage of targets that orders name.
        recall: probability that one measurement on a blocked path shows the block, above 0 to 1.
        today: the day on which it is asked whether deadlines have passed; by default that of the clock, UTC.

    Raises:
        UsageError: there is no such noun or country, or the recall is none.
    """
    if noun not in NOUNS:
        raise UsageError(f"there is no assessment {noun!r}: choose one of {', '.join(NOUNS)}")
    if not 0 < recall <= 1:
        raise UsageError(f"recall {recall}: give a probability above 0, at most 1")
    connection = store.connect()
    ground = Ground(read_observed(connection, read_country(cc), store.manifest_hash), register)
    rows = NOUNS[noun](Question(connection, ground, local_only, recall, today or datetime.now(UTC).date()))
    return _release(RULES[noun], ground, rows, local_only)


def assess_effect(
    store: "Store", register: Register, path: Path, *, expect: str | None = None, local_only: bool = False
) -> Assessment:
    """Ask whether blocking changed after an instrument, as a specification says that was written before the data were opened.

    Args:
        store: a store that ``judge`` and ``detect`` have been run on.
        register: with the instrument.
        path: of the specification; it is hashed before anything of the store is read.
        expect: the SHA-256 of the specification that was published; another one is refused.
        local_only: use also measurements of targets that orders in force name.

    Raises:
        InputError: the specification cannot be read, or is not valid.
        RegisterError: the register has no such instrument.
        UsageError: the specification is another one than expected.
    """
    specification, sha256 = read_specification(path)
    if expect is not None and expect.lower() != sha256:
        raise UsageError(
            f"{path}: its SHA-256 is {sha256}, not {expect}: this is not the specification that was published"
        )
    register.find(specification.instrument)
    connection = store.connect()
    donors, left_out = select_donors(register, specification)
    grounds = [
        Ground(read_observed(connection, cc, store.manifest_hash), register) for cc in (specification.cc, *donors)
    ]
    countries = [hide_protected(ground, local_only=local_only) for ground in grounds]
    panel = build_panel(countries, specification, LEAST_PAIRS)
    inputs = {**grounds[0].observed.inputs, "register": register.digest, "specification": sha256}
    row = tell_effect(specification, sha256, panel, left_out, inputs)
    return _release(RULES["effect"], grounds[0], [row], local_only)


def hash_specification(path: Path) -> str:
    """Return the SHA-256 of a valid specification, to be published before the data are opened.

    Raises:
        InputError: it cannot be read, or is not valid.
    """
    return read_specification(path).sha256


def _release(rule: Rule, ground: Ground, rows: Sequence[Row], local_only: bool) -> Assessment:
    released = release(rule, ground, rows, local_only=local_only)
    return Assessment(released.columns, [[row[name] for name in released.columns] for row in released.rows])


def read_country(cc: str) -> str:
    """Return the code of a country in capitals.

    Raises:
        UsageError: there is no such country.
    """
    try:
        return require_country(cc.upper())
    except ValueError as error:
        raise UsageError(f"{cc!r} is no country: write two letters, as in XA") from error


def _assess_chain(question: Question) -> list[Row]:
    connection, (observed, register), recall = question.connection, question.ground, question.recall
    return assess_chain(
        observed, register, lambda demand: find_citations(connection, register, observed.cc, demand), recall
    )


def _assess_zombies(question: Question) -> list[Row]:
    observed, register = question.ground
    return assess_zombies(observed, register, find_deaths(question.connection, observed.cc))


def _assess_collateral(question: Question) -> list[Row]:
    observed, register = question.ground
    return assess_collateral(observed, register, find_hosts(question.connection, observed.cc))


def _assess_claims(question: Question) -> list[Row]:
    observed, register = question.ground
    return assess_claims(observed, hide_protected(question.ground, local_only=question.local_only), register)


def _assess_pledges(question: Question) -> list[Row]:
    return assess_pledges(question.ground.register, question.ground.observed.cc, question.today)


def _list_companies(question: Question) -> list[Row]:
    return list_companies(question.ground.register, question.ground.observed.cc)


def _list_endorsements(question: Question) -> list[Row]:
    return list_endorsements(question.ground.register, question.ground.observed.cc)


def _assess_dependence(question: Question) -> list[Row]:
    hidden = find_protected(question.ground, local_only=question.local_only)
    observed = question.ground.observed
    inputs = {**observed.inputs, "register": question.ground.register.digest}
    return assess_dependence(question.connection, observed.cc, inputs, hidden)


def _assess_trend(question: Question) -> list[Row]:
    return assess_trend(question.ground.observed, hide_protected(question.ground, local_only=question.local_only))


NOUNS: dict[str, Callable[[Question], list[Row]]] = {
    "chain": _assess_chain,
    "zombies": _assess_zombies,
    "collateral": _assess_collateral,
    "claims": _assess_claims,
    "pledges": _assess_pledges,
    "companies": _list_companies,
    "endorsements": _list_endorsements,
    "dependence": _assess_dependence,
    "trend": _assess_trend,
}
"""What can be assessed of a country; the effect of an instrument needs a specification (:func:`assess_effect`)."""
