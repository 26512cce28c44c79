"""The tests of namespaces run where the machine allows namespaces, and say why where it does not."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from netglass.lab.netns.lab import Lab
from netglass.lab.netns.launch import Play, launch
from netglass.lab.netns.servers import Cast
from netglass.vocab.error import LabError


def begin_nothing() -> Play:
    async def act(lab: Lab) -> AsyncIterator[str]:
        yield "it works"

    return Play(lambda order: Cast([], [], datetime(2026, 1, 1)), act)


@pytest.fixture(scope="session")
def namespaces() -> None:
    """Skip where no lab can be laid."""
    try:
        assert list(launch(begin_nothing, longest_s=30)) == ["it works"]
    except LabError as error:
        pytest.skip(f"no namespaces here: {error}")
