"""Values as a writer would have logged them."""

from __future__ import annotations

import io

import numpy as np
import pytest


@pytest.fixture(scope="session")
def value_of():
    """Return a function that makes a Summary.Value around a tensor."""
    from tensorboard.compat.proto import summary_pb2
    from tensorboard.util import tensor_util

    def make(data, tag="tag", dtype=None, metadata=None):
        tensor = tensor_util.make_tensor_proto(data, dtype=dtype)
        return summary_pb2.Summary.Value(tag=tag, tensor=tensor, metadata=metadata)

    return make


@pytest.fixture(scope="session")
def encoded():
    """Return a function that encodes pixels in a format of Pillow's."""
    from PIL import Image

    def encode(pixels, form="PNG", **options):
        if isinstance(pixels, list):
            first, *others = [Image.fromarray(frame) for frame in pixels]
            options.update(save_all=True, append_images=others)
        else:
            first = Image.fromarray(pixels)
        file = io.BytesIO()
        first.save(file, form, **options)
        return file.getvalue()

    return encode


@pytest.fixture(scope="session")
def pixels():
    """Return a small picture of noise, RGB."""
    return np.random.default_rng(5).integers(0, 256, (12, 17, 3), np.uint8)
