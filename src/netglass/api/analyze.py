"""The whole road in one verb: ingest, judge, detect."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netglass.api.detect import detect
from netglass.api.ingest import Summary, Watch, ingest
from netglass.api.judge import judge

if TYPE_CHECKING:
    from netglass.store.query import Store


class Analysis(Summary, kw_only=True):
    """An ingest's summary, and how many verdicts (by state) and events (by kind and state) the store has now."""

    verdicts: dict[str, int]
    events: dict[str, int]


def analyze(
    store: "Store", paths: Sequence[str | Path] | str | Path, *, workers: int = 1, watch: Watch = lambda progress: None
) -> Analysis:
    """Read raw measurements into the store, judge all of it and look for events.

    Args:
        store: where to.
        paths: files, folders, globs, or ``-`` for standard input.
        workers: processes that decode, at least 1.
        watch: is told of progress and of files that were skipped.

    Raises:
        InputError: nothing at all could be read.
        EngineError: another command is writing to the store, or the disk is full.
    """
    summary = ingest(store, paths, workers=workers, watch=watch)
    judgement = judge(store)
    detect(store)
    return Analysis(**msgspec.structs.asdict(summary), verdicts=judgement.verdicts, events=count_events(store))


def count_events(store: "Store") -> dict[str, int]:
    """Return how many events the store has, as ``{"block confirmed": 3, …}``."""
    query = "SELECT kind || ' ' || state, count(*) FROM event GROUP BY ALL ORDER BY ALL"
    return {str(name): int(n) for name, n in store.connect().execute(query).fetchall()}
