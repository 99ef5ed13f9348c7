"""Short texts in a buffer are told apart all at once."""

import numpy as np
import pytest

from nbboard.events import texts
from nbboard.events.texts import distinct


def placed(words: list[bytes]) -> tuple[bytes, np.ndarray, np.ndarray]:
    """Return a buffer with the texts in it, and where they lie."""
    sizes = np.array([len(word) for word in words], np.int64)
    return b"".join(words) + bytes(512), np.cumsum(sizes) - sizes, sizes


@pytest.mark.parametrize("different", [1, 5, 40])
def test_each_place_is_told_its_text(different):
    """Of any length, those that end in zeros included; many different ones, or few."""
    lengths = (0, 1, 7, 8, 31, 40, 130, 600)
    known = [bytes([65 + i]) * lengths[i % len(lengths)] + bytes(i % 3) for i in range(different)]
    chosen = np.random.default_rng(0).integers(0, different, 300)
    words = [known[i] for i in chosen]
    codes, values = distinct(*placed(words))

    assert [values[code] for code in codes] == words
    assert sorted(values) == sorted(set(words))


def test_texts_of_one_hash_are_told_apart(monkeypatch):
    """A hash only says what may be equal."""
    monkeypatch.setattr(texts, "hashes", lambda text: np.zeros(len(text), np.uint64))
    words = [b"one", b"two", b"one", b"six", b"two"]
    codes, values = distinct(*placed(words))

    assert [values[code] for code in codes] == words
