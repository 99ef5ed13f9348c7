"""A bucket of an S3 server on this machine whose answers take a while."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import subprocess
import sys
import urllib.request
from pathlib import Path


class _Slow:
    """Hands bytes on, those of requests after a while; it does not look into them."""

    def __init__(self, target, seconds):
        self.target, self.seconds = target, seconds
        self.requests = []

    async def serve(self, reader, writer):
        """Serve one connection."""
        there, back = await asyncio.open_connection(*self.target)
        waiting = asyncio.Queue()
        jobs = [
            asyncio.create_task(job)
            for job in (
                self._take(reader, waiting, writer),
                self._late(waiting, back),
                self._hand_on(there, writer),
            )
        ]
        await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        for job in jobs:
            job.cancel()
        writer.close()
        back.close()

    async def _take(self, reader, waiting, writer):
        clock = asyncio.get_running_loop().time
        while data := await reader.read(1 << 16):
            line = data.split(b"\r\n", 1)[0]
            if line.startswith(b"GET /-requests "):
                told, self.requests = json.dumps(self.requests).encode(), []
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(told)}\r\n\r\n"
                writer.write(head.encode() + told)
                continue
            if line.endswith(b"HTTP/1.1"):
                self.requests.append(line.decode())
            await waiting.put((clock() + self.seconds, data))

    @staticmethod
    async def _late(waiting, back):
        while True:
            moment, data = await waiting.get()
            await asyncio.sleep(moment - asyncio.get_running_loop().time())
            back.write(data)
            await back.drain()

    @staticmethod
    async def _hand_on(there, writer):
        while data := await there.read(1 << 16):
            writer.write(data)
            await writer.drain()


async def _serve_slow(target, seconds):
    slow = _Slow(target, seconds)
    server = await asyncio.start_server(slow.serve, "127.0.0.1", 0)
    ports = [sock.getsockname()[1] for sock in server.sockets]
    addresses = [f"http://{target[0]}:{target[1]}", f"http://127.0.0.1:{ports[0]}"]
    print(json.dumps(addresses), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def _serve(seconds):
    """Serve until the input ends, and say where: directly, and after a while."""
    import moto.server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto.server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    asyncio.run(_serve_slow(server.get_host_and_port(), seconds))
    server.stop()


@contextlib.contextmanager
def slow_bucket(seconds):
    """Yield a client of the server itself, and an environment in which answers take a while.

    The environment is a context manager; inside it all clients, those of Delta tables too,
    find the slow server. The servers are a process of their own: clients in native code may
    wait for an answer without letting other threads of theirs run.
    """
    import s3fs

    command = [sys.executable, "-m", "tests.catalogue.buckets", str(seconds)]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    )
    try:
        direct, slow = json.loads(process.stdout.readline())
        settings = {"key": "k", "secret": "s", "endpoint_url": direct}
        filesystem = s3fs.S3FileSystem(**settings, skip_instance_cache=True)
        filesystem.mkdir("logs-index")
        yield filesystem, _environment(slow)
    finally:
        process.stdin.close()
        process.wait(10)


def requests_since(endpoint):
    """Return the requests that were handed on since this was asked last."""
    with urllib.request.urlopen(f"{endpoint}/-requests", timeout=10) as answer:
        return json.load(answer)


@contextlib.contextmanager
def _environment(endpoint):
    import s3fs

    wanted = {
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    s3fs.S3FileSystem.clear_instance_cache()
    try:
        yield endpoint
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        s3fs.S3FileSystem.clear_instance_cache()


if __name__ == "__main__":
    _serve(float(sys.argv[1]))
