"""What all tests share: a Hypothesis profile without clocks, and the collection of real data where it is at hand."""

import atexit
import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("netglass", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("netglass")

# DuckDB's binding tells on stderr, at the very exit, what test modules still hold of it; that would stand below pytest's closing line.
atexit.register(lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), 2))

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real and laboratory data beside the checkout; skip the test where there is none."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no collection of data at ../shared/data")
    return folder
