"""The checksum's compiled function, found without the package around it."""

from __future__ import annotations

import subprocess
import sys

import crc32c
import pytest

from nbboard.records import extension

DATA = bytes(range(256)) * 5


@pytest.mark.parametrize("data", [b"", b"nbboard", DATA, bytearray(DATA), memoryview(DATA)[3:]])
def test_it_is_the_function_of_the_package(data):
    """Both say the same of any bytes, from the start and going on from a checksum."""
    function = extension.crc32c_function()

    assert function(data) == crc32c.crc32c(data)
    assert function(data, 77) == crc32c.crc32c(data, 77)


def test_the_package_can_be_imported_afterwards():
    """Whoever imports the package later, in the same process, gets all of it."""
    code = (
        "import sys; from nbboard.records import crc32c as ours; assert 'crc32c' not in sys.modules;"
        " import crc32c; assert crc32c.__version__; assert crc32c.crc32c(b'x') == ours(b'x')"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_package_that_is_built_in_another_way_is_imported_whole(monkeypatch):
    """Where there is no such compiled part the function comes from the package itself."""
    monkeypatch.setattr(extension, "_COMPILED", "crc32c.not_there")

    assert extension.crc32c_function() is crc32c.crc32c


def test_a_missing_package_is_named(monkeypatch):
    """Without the package the error is the one that importing it raises."""
    monkeypatch.setattr(extension, "_PACKAGE", "crc32c_not_there")

    with pytest.raises(ModuleNotFoundError, match="crc32c_not_there"):
        extension.crc32c_function()
