"""Score a store against the truth, compare it with the probes' own verdicts, and fit the likelihood ratios."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netglass.evaluate import baseline, compare, event, verdict
from netglass.evaluate.compare import Difference
from netglass.evaluate.fit import Fit, fit_ratios
from netglass.evaluate.interval import REPLICATES, SEED
from netglass.evaluate.report import Baselines, Report, World, build_report
from netglass.evaluate.truth import read_truth
from netglass.evaluate.verdict import join_truth

if TYPE_CHECKING:
    import duckdb

    from netglass.store.query import Store

SLICE_ROWS = 10_000

WATCHED = """
SELECT probe_cc, probe_asn, min(observed_at), max(observed_at) FROM verdict
WHERE observed_at IS NOT NULL GROUP BY ALL ORDER BY ALL
"""


def evaluate(store: "Store", truth: Path | str, *, replicates: int = REPLICATES, seed: int = SEED) -> Report:
    """Score the verdicts and events of ``store`` against the truth files at ``truth``.

    Args:
        store: a store that ``judge`` (and, for events, ``detect``) has been run on.
        truth: a truth file, or a folder with ``truth*.jsonl`` in it.
        replicates: resamples of the bootstrap, 0 or more; 0 gives no intervals.
        seed: the same seed gives the same intervals.

    Raises:
        InputError: the truth cannot be read; names file and line.
    """
    return evaluate_together({"": (store, truth)}, replicates=replicates, seed=seed)


def evaluate_together(
    worlds: "Mapping[str, tuple[Store, Path | str]]", *, replicates: int = REPLICATES, seed: int = SEED
) -> Report:
    """Score several stores, each against its own truth, as one corpus.

    Args:
        worlds: store and truth by a name that tells them apart.
        replicates: resamples of the bootstrap, 0 or more; 0 gives no intervals.
        seed: the same seed gives the same intervals.

    Raises:
        InputError: a truth cannot be read; names file and line.
    """
    return build_report([_read_world(name, *world) for name, world in worlds.items()], replicates, seed)


def _read_world(name: str, store: "Store", truth: Path | str) -> World:
    read = read_truth(Path(truth))
    with store.connect() as connection:
        return World(
            read,
            join_truth(read, _read_rows(connection, "verdict", verdict.COLUMNS)),
            list(_read_rows(connection, "event", event.COLUMNS)),
            connection.execute(WATCHED).fetchall(),
            Baselines(
                {key for (key,) in connection.execute(baseline.ANY_FAILURE).fetchall()},
                {key for (key,) in connection.execute(baseline.ADDRESS_MISMATCH).fetchall()},
            ),
            name,
        )


def compare_probe(store: "Store") -> list[Difference]:
    """Return the measurements on which our verdict and the probe's own differ, with the rule that decided."""
    with store.connect() as connection:
        return compare.find_differences(_read_rows(connection, "verdict", compare.COLUMNS))


def fit(store: "Store", truth: Path | str) -> Fit:
    """Fit the rules' log10 likelihood ratios to the truth, with figures on policies and networks left out.

    The rules are not changed: what a lab teaches is a proposal, and is labelled as fitted in a lab.

    Args:
        store: a store that ``judge`` has been run on.
        truth: a truth file, or a folder with ``truth*.jsonl`` in it.

    Raises:
        InputError: the truth cannot be read; names file and line.
    """
    read = read_truth(Path(truth))
    with store.connect() as connection:
        return fit_ratios(join_truth(read, _read_rows(connection, "verdict", verdict.COLUMNS)).cases)


def _read_rows(
    connection: "duckdb.DuckDBPyConnection", table: str, columns: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """Give the rows of a table in slices, so that a store may be larger than its truth by far."""
    result = connection.execute(f"SELECT {', '.join(columns)} FROM {table}")
    while slice_ := result.fetchmany(SLICE_ROWS):
        yield from (dict(zip(columns, row, strict=True)) for row in slice_)
