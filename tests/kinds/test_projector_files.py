"""Embeddings out of files: text, binary, checkpoints, metadata, sprites, and where they may lie."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from PIL import Image
from tensorboardX import SummaryWriter

import nbboard
from nbboard.errors import DamagedError, LogdirError, UndecodableError
from nbboard.kinds.projector import vectors as vectors_module
from nbboard.kinds.projector.slices import Extent, key_of
from tests.kinds.projector_files import whole, write_checkpoint, write_config


@pytest.fixture
def rng():
    """Numbers that are the same every time."""
    return np.random.default_rng(5)


def embeddings(folder, text):
    """Write a configuration into a run, and return the log's embeddings."""
    write_config(folder / "run", text)
    return nbboard.open(folder, progress=False).projector


def first(folder, **fields):
    """Return the points of one embedding of such a configuration."""
    lines = [f"{name}: {value}" for name, value in fields.items()]
    return embeddings(folder, f'embeddings {{ tensor_name: "e" {" ".join(lines)} }}')["run", "e"][0]


def test_what_add_embedding_wrote_is_read_exactly_with_its_steps(tmp_path, rng):
    """Vectors, several columns and pictures come back; the step is that which was given."""
    vectors = rng.normal(size=(20, 6)).astype(np.float32)
    writer = SummaryWriter(str(tmp_path / "run"))
    writer.add_scalar("x", 1, 0)
    for step in (5, 40, 12):
        writer.add_embedding(
            vectors * step,
            metadata=[[f"w{row}", str(row / 2)] for row in range(20)],
            metadata_header=["word", "half"],
            label_img=rng.random((20, 3, 4, 4)),
            global_step=step,
            tag="layer/out",
        )
    writer.close()

    series = nbboard.open(tmp_path, progress=False).projector["run", "layer/out"]
    points = series[series.at(12)]

    assert series.step.tolist() == [5, 12, 40]
    np.testing.assert_array_equal(points.vectors, vectors * np.float32(12))
    assert points.vectors.dtype == np.float32
    assert list(points.to_pandas()) == ["row", "word", "half"]
    assert points.to_pandas()["half"].tolist() == [row / 2 for row in range(20)]
    assert points.sprite[1:] == ("png", 4, 4, 5)
    assert points.notes == ()


def test_a_step_is_logged_only_where_folder_and_name_agree(tmp_path):
    """``embedding:0`` is TensorFlow's name of a tensor, and no step."""
    found = embeddings(
        tmp_path,
        'embeddings { tensor_name: "a:0" tensor_path: "a.tsv" }'
        'embeddings { tensor_name: "b:00003" tensor_path: "00003/b/t.tsv" }'
        'embeddings { tensor_name: "b:00010" tensor_path: "00010/b/t.tsv" }',
    ).series

    assert {key: one.step.tolist() for key, one in found.items()} == {
        ("run", "a:0"): [0],
        ("run", "b"): [3, 10],
    }
    with pytest.raises(
        LogdirError, match=r"no embedding \('run', 'c'\); \(run, tag\): \('run', 'a:0'\)"
    ):
        nbboard.open(tmp_path, progress=False).projector["run", "c"]


def test_binary_vectors_need_their_shape(tmp_path, rng):
    """Float32 without a header is what the declared shape says, or refused with both sizes."""
    vectors = rng.normal(size=(7, 3)).astype("<f4")
    (tmp_path / "run").mkdir()
    vectors.tofile(tmp_path / "run/t.bytes")
    path = '"t.bytes"'

    points = first(tmp_path, tensor_path=path, tensor_shape="7 tensor_shape: 3")
    np.testing.assert_array_equal(points.vectors, vectors)
    with pytest.raises(UndecodableError, match="does not say how many points"):
        first(tmp_path, tensor_path=path)
    with pytest.raises(UndecodableError, match="has 84 bytes; 7 vectors of 4 float32 have 112"):
        first(tmp_path, tensor_path=path, tensor_shape="7 tensor_shape: 4")


@pytest.mark.parametrize(
    ("text", "shape", "note"),
    [
        ("1\t2\n3\t4\n", (2, 2), None),
        ("1\t2\r\n\n3\t4", (2, 2), None),
        ("a\tb\n1\t2\n3\t4\n", (2, 2), None),
        ("7\n", (1, 1), None),
        ("1\t2\n3\n4\t5\n6\t7\n", (4, 2), "1 line that is not 2 numbers"),
        ("1\t2\n3\tx\n4\t5\n6\t7\n", (4, 2), "1 line that is not 2 numbers"),
        ("1\t2\nnan\t4\n5\tinf\n", (3, 2), "2 points with NaN or infinity"),
    ],
    ids=["plain", "blank and CRLF", "names", "one", "ragged", "word", "not finite"],
)
def test_text_that_is_not_as_it_should_be(tmp_path, text, shape, note):
    """A line that is no vector keeps its place as NaN and is counted; the others stay right."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run/t.tsv").write_text(text)

    points = first(tmp_path, tensor_path='"t.tsv"')

    assert points.vectors.shape == shape
    assert any(note in one for one in points.notes) if note else points.notes == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "is empty"), ("1\t2\n3\n4\n5\n6\t7\t8\n9\t9", "is ragged"), ("\0\1\2\3", "is no text")],
)
def test_text_that_is_no_vectors_is_refused(tmp_path, text, why):
    """With the file and the reason, which stand among the problems of the log, too."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run/t.tsv").write_text(text)
    found = embeddings(tmp_path, 'embeddings { tensor_name: "e" tensor_path: "t.tsv" }')

    with pytest.raises(UndecodableError, match=why):
        found["run", "e"][0]
    assert any(why in problem.reason for problem in found.log.problems)


def test_vectors_of_gigabytes_are_sampled_in_bounded_memory(tmp_path, monkeypatch):
    """Rows are chosen uniformly, the same ones every time, and it is said."""
    monkeypatch.setattr(vectors_module, "MOST_BYTES", 16 << 20)
    (tmp_path / "run").mkdir()
    with (tmp_path / "run/t.bytes").open("wb") as file:
        file.truncate(2_000_000 * 268 * 4)  # 2 GB of zeros that take no room

    tracemalloc.start()
    points = first(tmp_path, tensor_path='"t.bytes"', tensor_shape="2000000 tensor_shape: 268")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 120 << 20
    assert points.total == 2_000_000
    assert len(points) == (16 << 20) // (4 * 268)
    assert 900_000 < points.rows.mean() < 1_100_000
    assert points.notes[0].startswith("15,650 of 2,000,000 points, chosen uniformly")


def test_text_of_gigabytes_is_sampled_row_by_row(tmp_path, monkeypatch):
    """What is kept are whole rows of the file, with their metadata."""
    monkeypatch.setattr(vectors_module, "MOST_BYTES", 4000)
    monkeypatch.setattr(vectors_module, "_COUNTED_FROM", 1000)
    folder = tmp_path / "run"
    folder.mkdir()
    folder.joinpath("t.tsv").write_text("".join(f"{row}\t{-row}\n" for row in range(3000)))
    folder.joinpath("m.tsv").write_text("".join(f"w{row}\n" for row in range(3000)))

    points = first(tmp_path, tensor_path='"t.tsv"', metadata_path='"m.tsv"')

    assert len(points) == 500
    np.testing.assert_array_equal(points.vectors[:, 0], points.rows)
    assert points.columns[0].texts.tolist() == [f"w{row}" for row in points.rows]


# ------------------------------------------------------------ metadata


@pytest.mark.parametrize(
    ("text", "columns", "note"),
    [
        ("a\nb\nc\n", {"label": ["a", "b", "c"]}, None),
        ("name\na\nb\nc\n", {"name": ["a", "b", "c"]}, "a line more"),
        ("x\ty\n1\ta\n2\tb\n3\tc\n", {"x": [1, 2, 3], "y": ["a", "b", "c"]}, None),
        ("1\ta\n2\tb\n3\tc\n", {"column 1": [1, 2, 3], "column 2": ["a", "b", "c"]}, "no line of"),
        ("a\nb\n", {"label": ["a", "b", ""]}, "2 lines for 3 points"),
        ("x\tx\n1\ta\n2\n3\tc\n", {"x": [1, 2, 3], "x (2)": ["a", "", "c"]}, "too few or many"),
        ("1\n\n2.5\n", {"label": [1, np.nan, 2.5]}, None),
        ("\n\n\n", {"label": ["", "", ""]}, None),
    ],
)
def test_the_number_of_lines_decides_what_names_columns(tmp_path, text, columns, note):
    """A header too many or too few is noticed, and rows stay with their points."""
    folder = tmp_path / "run"
    folder.mkdir()
    folder.joinpath("t.tsv").write_text("1\t2\n3\t4\n5\t6\n")
    folder.joinpath("m.tsv").write_text(text)

    points = first(tmp_path, tensor_path='"t.tsv"', metadata_path='"m.tsv"')

    found = {column.name: column.values.tolist() for column in points.columns}
    assert {name: repr(values) for name, values in found.items()} == {
        name: repr(np.array(values).tolist()) for name, values in columns.items()
    }
    assert any(note in one for one in points.notes) if note else points.notes == ()


def test_a_missing_or_wrong_sprite_costs_only_the_pictures(tmp_path):
    """Points are there; the note says what the sprite lacks."""
    folder = tmp_path / "run"
    folder.mkdir()
    folder.joinpath("t.tsv").write_text("1\t2\n3\t4\n5\t6\n")
    Image.new("RGB", (4, 2)).save(folder / "small.png")
    folder.joinpath("no.png").write_text("no image")
    for name, why in (
        ("small", r"does not hold 3 pictures of 2 x 2"),
        ("no", "is no image"),
        ("gone", "cannot be read"),
    ):
        sprite = f'{{ image_path: "{name}.png" single_image_dim: 2 single_image_dim: 2 }}'
        points = first(tmp_path, tensor_path='"t.tsv"', sprite=sprite)

        assert len(points) == 3
        assert points.sprite is None
        assert why in points.notes[0]


# ------------------------------------------------------------ where files may lie


@pytest.mark.parametrize(
    "path",
    [
        *("../secret.tsv", "/etc/passwd", "a/../../secret.tsv", "~/secret.tsv", "..\\\\secret.tsv"),
        *("C:/secret.tsv", "s3://bucket/t.tsv", "link.tsv", "folder/secret.tsv", "."),
    ],
)
@pytest.mark.parametrize("field", ["tensor_path", "metadata_path"])
def test_no_file_outside_of_the_folder_is_read(tmp_path, field, path):
    """Neither a path nor a symbolic link leads out of it."""
    (tmp_path / "secret.tsv").write_text("1\t2\n")
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "t.tsv").write_text("1\t2\n")
    (folder / "link.tsv").symlink_to(tmp_path / "secret.tsv")
    (folder / "folder").symlink_to(tmp_path)
    fields = {"tensor_path": '"t.tsv"', field: f'"{path}"'}

    if field == "tensor_path":
        with pytest.raises(UndecodableError, match="out of the"):
            first(tmp_path, **fields)
    else:
        points = first(tmp_path, **fields)
        assert points.columns == ()
        assert "out of the" in points.notes[0]


def test_links_within_the_folder_are_followed(tmp_path):
    """A run that is a link itself, and a link beside the configuration, are what they lead to."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "t.tsv").write_text("1\t2\n")
    (folder / "same.tsv").symlink_to(folder / "t.tsv")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/run").symlink_to(folder)

    assert first(tmp_path / "logs", tensor_path='"same.tsv"').vectors.tolist() == [[1, 2]]


# ------------------------------------------------------------ checkpoints


def checkpoint(folder, rng):
    """Write a checkpoint with matrices of several types into a run."""
    folder.mkdir()
    tensors = {
        "embedding/.ATTRIBUTES/VARIABLE_VALUE": (1, rng.normal(size=(9, 4)).astype("<f4")),
        "embedding/half": (19, rng.normal(size=(3, 2)).astype("<f2")),
        "embedding/brain": (14, rng.normal(size=(3, 2)).astype("<f4").view("<u2")[:, 1::2].copy()),
        "bias": (1, rng.normal(size=4).astype("<f4")),
        "step": (9, np.int64(3)),
    }
    write_checkpoint(folder / "model.ckpt-3", tensors)
    (folder / "checkpoint").write_text('model_checkpoint_path: "model.ckpt-3"\n')
    return {name: array for name, (_, array) in tensors.items()}


def test_checkpoints_are_read_and_verified_without_tensorflow(tmp_path, rng):
    """By the name in the configuration, or the one that the file checkpoint names."""
    tensors = checkpoint(tmp_path / "run", rng)
    names = ["embedding/.ATTRIBUTES/VARIABLE_VALUE", "embedding/half", "embedding/brain"]
    listed = "".join(f'embeddings {{ tensor_name: "{name}" }}' for name in names)

    for text in (listed, f'model_checkpoint_path: "model.ckpt-3" {listed}'):
        found = embeddings(tmp_path, text)
        for name in names[:2]:
            np.testing.assert_array_equal(found["run", name][0].vectors, tensors[name])
        upper = (tensors["embedding/brain"].astype("<u4") << 16).view("<f4")
        np.testing.assert_array_equal(found["run", "embedding/brain"][0].vectors, upper)


@pytest.mark.parametrize(("file", "at"), [("index", 9), ("data-00000-of-00001", 50)])
def test_a_flipped_bit_of_a_checkpoint_is_noticed(tmp_path, rng, file, at):
    """Both files have checksums."""
    checkpoint(tmp_path / "run", rng)
    path = tmp_path / f"run/model.ckpt-3.{file}"
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)

    with pytest.raises(DamagedError, match="checksum"):
        embeddings(tmp_path, 'embeddings { tensor_name: "embedding/.ATTRIBUTES/VARIABLE_VALUE" }')[
            "run", "embedding/.ATTRIBUTES/VARIABLE_VALUE"
        ][0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            'embeddings { tensor_name: "no" }',
            "no tensor 'no' in the checkpoint; matrices: embedding",
        ),
        ('embeddings { tensor_name: "bias" }', "is no matrix of numbers"),
        ('model_checkpoint_path: "/tmp/x" embeddings { tensor_name: "e" }', "leads out"),
        ('model_checkpoint_path: "gone" embeddings { tensor_name: "e" }', "cannot be read"),
    ],
)
def test_what_a_checkpoint_has_not_is_said(tmp_path, rng, text, why):
    """With what there is instead."""
    checkpoint(tmp_path / "run", rng)
    found = embeddings(tmp_path, text)

    with pytest.raises(UndecodableError, match=why):
        next(iter(found.series.values()))[0]


def test_parts_are_called_as_tensorflow_calls_them():
    """Keys out of an index that TensorFlow 2.21 wrote; zeros and 255 in a name are escaped."""
    everything = Extent(0, -1)

    assert key_of("words", (Extent(78, 25), Extent(0, 6))) == (b"\0words\0\1\1\2\xc0N\x99\x80\x86")
    assert key_of("wide", (Extent(0, 5), Extent(200, 100))) == (
        b"\0wide\0\1\1\2\x80\x85\xc0\xc8\xc0d"
    )
    assert key_of("a\0b\udcff", (everything,)) == b"\0a\0\xffb\xff\0\0\1\1\1\x80\x7f"


@pytest.mark.parametrize("sampled", [False, True])
def test_a_matrix_in_parts_is_put_together(tmp_path, rng, monkeypatch, sampled):
    """Along rows and columns, of all rows or of some; other tensors in parts do no harm."""
    if sampled:
        monkeypatch.setattr(vectors_module, "MOST_POINTS", 5)
    matrix = rng.normal(size=(9, 4)).astype("<f4")
    extents = [[(0, 5), None], [(5, 4), (0, 1)], [(5, 4), (1, 3)]]
    tensors = {"step": (9, np.int64(3))}
    for rows, columns in extents:
        top, high = rows
        left, wide = columns or (0, 4)
        key = key_of("e", (Extent(*rows), Extent(*(columns or (0, -1)))))
        part = matrix[top : top + high, left : left + wide]
        tensors[key] = (1, np.ascontiguousarray(part))
    also = {"e": whole(1, (9, 4), extents), "other": whole(1, (2,), [[(0, 1)], [(1, 1)]])}
    (tmp_path / "run").mkdir()
    write_checkpoint(tmp_path / "run/c", tensors, also)
    found = embeddings(tmp_path, 'model_checkpoint_path: "c" embeddings { tensor_name: "e" }')
    points = found["run", "e"][0]

    np.testing.assert_array_equal(
        points.vectors, matrix if points.rows is None else matrix[points.rows]
    )
    assert len(points) == (5 if sampled else 9)


@pytest.mark.parametrize(
    "extents",
    [[[(0, 2), None]], [[(0, 2), None], [(1, 2), None]], [[(0, 2), None], [(2, 2), None]]],
)
def test_a_matrix_that_lacks_a_part_is_refused(tmp_path, extents):
    """Part of it is not there, or is there twice, or lies beyond it: nothing is made up."""
    tensors = {
        key_of("e", (Extent(*rows), Extent(0, -1))): (1, np.ones((2, 3), "<f4"))
        for rows, _ in extents
    }
    (tmp_path / "run").mkdir()
    write_checkpoint(tmp_path / "run/c", tensors, {"e": whole(1, (3, 3), extents)})
    found = embeddings(tmp_path, 'model_checkpoint_path: "c" embeddings { tensor_name: "e" }')

    with pytest.raises(UndecodableError, match="not whole"):
        found["run", "e"][0]


def test_a_checkpoint_that_was_moved_is_found_by_its_name(tmp_path, rng):
    """TensorFlow 1 writes the whole path: the last part of it is looked for in the folder."""
    tensors = checkpoint(tmp_path / "run", rng)
    (tmp_path / "run/checkpoint").write_text('model_checkpoint_path: "/home/me/old/model.ckpt-3"')
    name = "embedding/half"

    for text in ("", 'model_checkpoint_path: "C:\\\\old\\\\model.ckpt-3" '):
        found = embeddings(tmp_path, f'{text}embeddings {{ tensor_name: "{name}" }}')
        np.testing.assert_array_equal(found["run", name][0].vectors, tensors[name])
