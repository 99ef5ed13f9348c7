"""A bucket of an S3 server on this machine whose answers take a while."""

from __future__ import annotations

import contextlib
import logging
import os
import socketserver
import threading
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from typing import ClassVar


class _Slow(BaseHTTPRequestHandler):
    """Hands every request on after a while; what comes and goes is counted."""

    protocol_version = "HTTP/1.1"
    target = ("127.0.0.1", 0)
    seconds = 0.0
    requests: ClassVar[list[str]] = []

    def _hand_on(self):
        time.sleep(self.seconds)
        self.requests.append(f"{self.command} {self.path}")
        data = self._body()
        kept = {k: v for k, v in self.headers.items() if k.lower() != "transfer-encoding"}
        if data:
            kept["Content-Length"] = str(len(data))
        connection = HTTPConnection(*self.target)
        connection.request(self.command, self.path, data, kept)
        answer = connection.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"transfer-encoding", "connection", "server", "date"}:
                if name.lower() == "content-length" and self.command != "HEAD":
                    continue
                self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        connection.close()

    def _body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _hand_on  # noqa: N815 - its names

    def log_message(self, *arguments):
        """Say nothing."""


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


@contextlib.contextmanager
def slow_bucket(seconds):
    """Yield a client of the server itself, and an environment in which answers take a while.

    The environment is a context manager; inside it all clients, those of Delta tables too,
    find the slow server.
    """
    import moto.server
    import s3fs

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto.server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = server.get_host_and_port()
    handler = type("Slow", (_Slow,), {"target": address, "seconds": seconds, "requests": []})
    slow = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=slow.serve_forever, daemon=True)
    thread.start()
    endpoint = f"http://127.0.0.1:{slow.server_address[1]}"
    settings = {"key": "k", "secret": "s", "endpoint_url": f"http://{address[0]}:{address[1]}"}
    filesystem = s3fs.S3FileSystem(**settings, skip_instance_cache=True)
    filesystem.mkdir("logs-index")
    try:
        yield filesystem, _environment(endpoint)
    finally:
        slow.shutdown()
        slow.server_close()
        server.stop()


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
