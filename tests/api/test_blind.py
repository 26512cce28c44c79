"""Events are blind to law: they are the same whether or not there is a register, and nothing on the road asks for one."""

import json
import subprocess
import sys
from pathlib import Path

ROAD = """
import importlib.abc, json, sys, types
LAW = ("netglass.register", "netglass.assess", "netglass.reader")
asked = []

class Watch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.startswith(LAW):
            asked.append(name)
        return None

if sys.argv[3] == "present":
    for name in LAW:
        sys.modules[name] = types.ModuleType(name)
else:
    sys.meta_path.insert(0, Watch())

import netglass as ng
from netglass.api.demo import find_sample

store = ng.open(sys.argv[1])
store.analyze(find_sample() / sys.argv[2])
events = store.events().fetchall()
print(json.dumps({"asked": asked, "events": [[str(value) for value in row] for row in events]}))
"""


def walk_road(store: Path, register: str) -> dict[str, list[list[str]]]:
    """Analyse the shipped sample in a process of its own and return the events, and what of the law was asked for."""
    command = [sys.executable, "-c", ROAD, str(store), "raw", register]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    answer: dict[str, list[list[str]]] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_events_are_the_same_without_a_register(tmp_path: Path) -> None:
    without, beside = walk_road(tmp_path / "without", "absent"), walk_road(tmp_path / "beside", "present")
    assert without["asked"] == []
    assert without["events"]
    assert without["events"] == beside["events"]
