"""From all that is published of a country with one disobedient network, no query names it, and no subtraction either.

What is published is the same, to the letter, whether the disobedient network was measured and shown to disobey, or its measurements of the
target were never made. So nothing that can be computed from it tells the two apart.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from netglass.api.assess import NOUNS, assess
from netglass.api.register import open_register
from netglass.assess.publication import RULES, SUPPRESSED
from netglass.register.library import Register
from netglass.store.query import Store
from tests.assess.country import DISOBEDIENT, TARGET, open_country, play_country


def publish_all(store: Store, register: Register) -> dict[str, list[dict[str, Any]]]:
    """Return everything that can be published of the country."""
    done = {noun: assess(store, register, noun, "XA") for noun in NOUNS}
    return {noun: [dict(zip(found.columns, row, strict=True)) for row in found.rows] for noun, found in done.items()}


def write_down(published: dict[str, list[dict[str, Any]]]) -> str:
    """Return it as text, without the hash over all that the store holds."""
    plain = {
        noun: [row | {"inputs": dict(row["inputs"], manifest="")} if "inputs" in row else row for row in rows]
        for noun, rows in published.items()
    }
    return json.dumps(plain, default=str, indent=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return play_country(tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="module")
def register(world: Path) -> Register:
    return open_register(world / "register")


@pytest.fixture(scope="module")
def whole(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_country(world, tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def without(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    def keep(row: dict[str, Any]) -> bool:
        return not (row["probe_asn"] == f"AS{DISOBEDIENT}" and TARGET in row["input"])

    return open_country(world, tmp_path_factory.mktemp("without"), keep)


def test_every_noun_has_a_rule() -> None:
    assert {*NOUNS, "effect"} == set(RULES)


def test_the_disobedient_network_is_known_locally(whole: Store, register: Register) -> None:
    found = assess(whole, register, "chain", "XA", local_only=True)
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    effects = {row["probe_asn"]: row["effect"] for row in rows if row["target"] == TARGET}
    assert effects == {asn: "not_seen" if asn == DISOBEDIENT else "seen" for asn in range(64512, 64519)}


def test_what_is_published_is_the_same_without_what_shows_disobedience(
    whole: Store, without: Store, register: Register
) -> None:
    assert write_down(publish_all(whole, register)) == write_down(publish_all(without, register))


def test_what_is_published_says_seen_or_not_established(whole: Store, register: Register) -> None:
    rows = publish_all(whole, register)["chain"]
    effects = {row["probe_asn"]: row["effect"] for row in rows if row["level"] == "network"}
    assert effects == {asn: "not_established" if asn == DISOBEDIENT else "seen" for asn in range(64512, 64519)}
    (country,) = [row for row in rows if row["level"] == "country"]
    assert (country["networks"], country["networks_seen"], country["not_seen_at_least"]) == (7, 6, None)
    assert country["limits"] == [SUPPRESSED]
