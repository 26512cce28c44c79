"""The wheel holds everything that the program needs, and nothing that it does not."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.docs.page import ROOT, list_files


def test_the_wheel_is_the_package_with_its_data(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if not name.split("/")[0].endswith(".dist-info")}
        licences = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    source = ROOT / "src"
    known = {path.relative_to(source).as_posix() for path in list_files() if path.is_relative_to(source)}
    assert known <= packed
    records = {
        path.relative_to(ROOT / "register").as_posix() for path in list_files() if (ROOT / "register") in path.parents
    }
    assert records and {f"netglass/register/data/{name}" for name in records} <= packed
    assert {name.split("/")[0] for name in packed} == {"netglass"}
    assert len(licences) == 1


def test_the_locks_pin_with_hashes_and_name_no_registry() -> None:
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert [lock.stem for lock in locks] == ["build", "dev", "docs", "run"]
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert pinned
        assert all("==" in line for line in pinned), lock.name
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text
