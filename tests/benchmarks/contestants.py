"""Reading a whole logdir to memory, every scalar point, with nbboard and with others.

Each contestant runs in a process of its own: ``python contestants.py NAME FOLDER``
prints a line of JSON with seconds, seconds of work (of all threads and of a
server; imports not counted), points and peak memory.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


_work_before = 0.0


def begin() -> float:
    """Start the clocks: everything before is import."""
    global _work_before  # noqa: PLW0603 - a script that measures one thing once
    _work_before = time.process_time()
    return time.perf_counter()


def nbboard(folder: str) -> tuple[float, int]:
    """Read with nbboard: every series as arrays."""
    # What a process does once, before it reads its first log.
    from nbboard.records.crc_tables import header_checksums
    from nbboard.series.store import Source, Store

    header_checksums()
    start = begin()
    store = Store([Source("", folder)])
    store.refresh()
    points = sum(len(store.scalar(k.run, k.tag).value) for k in store.series("scalars"))
    return time.perf_counter() - start, points


def floor(folder: str) -> tuple[float, int]:
    """Read the files and pass once over the bytes with the hardware's CRC."""
    from crc32c import crc32c

    start = begin()
    buffer = bytearray(8 << 20)
    view = memoryview(buffer)
    for path in Path(folder).rglob("*tfevents*"):
        with path.open("rb", buffering=0) as opened:
            while count := opened.readinto(buffer):
                crc32c(view[:count])
    return time.perf_counter() - start, 0


def event_accumulator(folder: str) -> tuple[float, int]:
    """Read with TensorBoard's EventAccumulator, nothing sampled."""
    from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

    start = begin()
    runs = EventMultiplexer(size_guidance=dict.fromkeys(_GUIDANCE, 0))
    runs.AddRunsFromDirectory(folder)
    runs.Reload()
    points = 0
    for run, content in runs.Runs().items():
        for tag in content["scalars"]:
            points += len(runs.Scalars(run, tag))
        for tag in content["tensors"]:
            points += len(runs.Tensors(run, tag))
    return time.perf_counter() - start, points


_GUIDANCE = ("scalars", "images", "audio", "histograms", "compressedHistograms", "tensors")


def tbparse(folder: str) -> tuple[float, int]:
    """Read with tbparse, to a pandas data frame."""
    from tbparse import SummaryReader

    start = begin()
    reader = SummaryReader(folder, event_types={"scalars", "tensors"})
    # Without TensorFlow what TF2 writes counts as tensors.
    points = len(reader.scalars) + len(reader.tensors)
    return time.perf_counter() - start, points


def peak_of(process: int | str = "self") -> float:
    """Return the most memory a process has had, in MiB.

    From ``/proc``: what ``getrusage`` tells includes the process it was forked from.
    """
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


#: That of the data server, whose client's memory is none of its business.
_server_peak = [0.0]


def data_server(folder: str, *flags: str) -> tuple[float, int]:
    """Read with TensorBoard's data server: until its gRPC has returned every point."""
    import grpc
    from tensorboard.data.proto import data_provider_pb2 as messages
    from tensorboard.data.proto import data_provider_pb2_grpc as service
    from tensorboard_data_server import server_binary

    points = int((Path(folder).parent / f"{Path(folder).name}.points").read_text())
    with tempfile.TemporaryDirectory() as scratch:
        port_file = Path(scratch) / "port"
        command = [
            str(server_binary()), "--logdir", folder, "--port", "0",
            "--port-file", str(port_file), "--die-after-stdin", "--reload", "once",
            "--samples-per-plugin", "scalars=all,images=all,histograms=all,__default__=all", *flags,
        ]  # fmt: skip
        start = begin()
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            while not (port_file.exists() and port_file.read_text().endswith("\n")):
                time.sleep(0.002)
            limit = [("grpc.max_receive_message_length", -1)]
            channel = grpc.insecure_channel(f"localhost:{port_file.read_text().strip()}", limit)
            stub = service.TensorBoardDataProviderStub(channel)
            request = messages.ReadScalarsRequest(experiment_id="0")
            request.plugin_filter.plugin_name = "scalars"
            request.downsample.num_points = 1 << 40
            listing = messages.ListScalarsRequest(experiment_id="0")
            listing.plugin_filter.plugin_name = "scalars"
            last: Any = None
            while True:
                # The listing is small: only when it no longer changes all is asked for.
                found = stub.ListScalars(listing).SerializeToString(deterministic=True)
                if found == last and found:
                    runs = stub.ReadScalars(request).runs
                    got = sum(len(tag.data.step) for run in runs for tag in run.tags)
                    if got >= points:
                        seconds = time.perf_counter() - start
                        _server_peak[0] = peak_of(server.pid)
                        return seconds, got
                    if time.perf_counter() - start > 300:
                        return float("nan"), got
                last = found
                time.sleep(0.01)
        finally:
            assert server.stdin is not None
            server.stdin.close()
            server.wait()


CONTESTANTS: dict[str, Callable[[str], tuple[float, int]]] = {
    "floor": floor,
    "nbboard": nbboard,
    "data-server": data_server,
    "data-server --checksum": lambda folder: data_server(folder, "--checksum"),
    "EventAccumulator": event_accumulator,
    "tbparse": tbparse,
}


def main() -> None:
    """Run one contestant."""
    seconds, points = CONTESTANTS[sys.argv[1]](sys.argv[2])
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = time.process_time() - _work_before + children.ru_utime + children.ru_stime
    peak = _server_peak[0] or peak_of()
    print(json.dumps({"seconds": seconds, "work": work, "points": points, "peak": peak}))


if __name__ == "__main__":
    main()
