"""Logs and a catalogue in a bucket whose answers take 50 ms."""

from __future__ import annotations

import io

import numpy as np
import pytest

import nbboard
from tests.catalogue.buckets import requests_since, slow_bucket
from tests.catalogue.conftest import assert_equal

pytest.importorskip("moto.server")
pytest.importorskip("s3fs")


def picture():
    """Return a PNG."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(np.zeros((1, 2), np.uint8)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.soak
def test_a_catalogue_in_a_bucket(logs):
    """It is built, brought up to date and read; looking in vain costs few requests."""
    for i in range(30):
        logs.scalars(f"run_{i}", "loss", [float(i), 1.0])
    logs.images("run_3", "pic", [picture()])
    source, catalogue = "s3://logs", "s3://logs-index/catalogue"
    with slow_bucket(0.05) as (filesystem, environment):
        filesystem.mkdir("logs")

        def upload():
            for path in logs.root.rglob("events*"):
                filesystem.pipe_file(f"logs/{path.relative_to(logs.root)}", path.read_bytes())

        upload()
        with environment as endpoint:
            assert nbboard.index(source, catalogue).read == 30
            log, indexed = assert_equal(source, catalogue)
            assert repr(log.images["run_3", "pic"][0]) == repr(indexed.images["run_3", "pic"][0])

            requests_since(endpoint)
            assert nbboard.index(source, catalogue).read == 0
            assert len(requests_since(endpoint)) < 30

            logs.scalars("run_7", "loss", [2.0], steps=[2])
            filesystem.rm("logs/run_9", recursive=True)
            logs.file("run_9").unlink()
            upload()
            found = nbboard.index(source, catalogue, compacted=True)
            assert (found.read, found.removed) == (1, 1)
            assert_equal(source, catalogue)
            assert indexed.refresh()
            assert len(indexed.scalars["run_7", "loss"]) == 3
        listing = "".join(filesystem.find("logs-index"))
        stored = b"".join(map(filesystem.cat_file, filesystem.find("logs-index/catalogue")))

    assert "secret" not in listing
    assert b"AWS_SECRET" not in stored
