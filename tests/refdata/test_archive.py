import gzip
import io
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.refdata.archive import read_member
from netglass.vocab.error import InputError


def make_tar(files, compressed=True):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz" if compressed else "w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def make_zip(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


FILES = {"package/a.csv": b"one", "package/b.csv": b"two"}


@pytest.mark.parametrize(
    "content", [make_tar(FILES), make_tar(FILES, False), make_zip(FILES)], ids=["tgz", "tar", "zip"]
)
def test_a_member_is_found_by_its_name_or_path(content):
    for member in ("b.csv", "package/b.csv"):
        assert read_member(content, member, "x")[0] == b"two"
    with pytest.raises(InputError, match=r"--member: package/a\.csv, package/b\.csv"):
        read_member(content, None, "x")
    with pytest.raises(InputError, match="not in it exactly once"):
        read_member(content, "c.csv", "x")


def test_what_is_no_archive_stays_as_it_is():
    assert read_member(b"plain", None, "x") == (b"plain", None)
    assert read_member(gzip.compress(b"plain"), None, "x") == (b"plain", None)


@given(st.binary(max_size=300), st.sampled_from((b"", b"\x1f\x8b", b"PK\x03\x04", b"\0" * 257 + b"ustar")))
def test_damage_is_an_input_error(content, magic):
    try:
        read_member(magic + content, "m", "x")
    except InputError as error:
        assert str(error).startswith("x")
