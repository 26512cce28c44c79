"""What the tests of the store share."""

from pathlib import Path

import pytest

from netglass.store import plan
from tests.store.world import write_world


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Return a folder of raw files."""
    return write_world(tmp_path / "raw")


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every file a part of its own."""
    monkeypatch.setattr(plan, "BATCH_BYTES", 1)
