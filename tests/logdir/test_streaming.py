"""Long files of long records, whose pieces are read by a thread that is one ahead."""

from __future__ import annotations

import threading

from nbboard.storage.local import LocalFile

COUNT = 40
SIZE = 500_000


def test_long_records_are_read_ahead_and_damage_costs_one(logs, monkeypatch):
    """Every value is there but the damaged one, which is reported; another thread read pieces."""
    for step in range(COUNT):
        logs.text("run", "t", chr(ord("a") + step % 26) * SIZE, step)
    (file,) = (logs.root / "run").iterdir()
    data = bytearray(file.read_bytes())
    data[len(data) // 2 + SIZE // 2] ^= 1  # within a record
    file.write_bytes(data)
    threads = set()
    original = LocalFile.read_into

    def read_into(self, view, offset):
        threads.add(threading.current_thread().name)
        return original(self, view, offset)

    monkeypatch.setattr(LocalFile, "read_into", read_into)

    log = logs.open()

    series = log.text["run", "t"]
    lost = set(range(COUNT)) - set(series.step.tolist())
    assert len(lost) == 1
    assert len(log.problems) == 1
    assert any(name.startswith("nbboard-reader") for name in threads)
    for i, step in enumerate(series.step.tolist()):
        assert str(series[i]) == chr(ord("a") + step % 26) * SIZE
