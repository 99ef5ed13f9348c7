"""Files beside the events, and values written out as files."""

from __future__ import annotations

import errno
import sys
import unicodedata
from pathlib import Path

import pytest

import nbboard
from nbboard import progress
from nbboard.logdir.files import save_values
from nbboard.storage import LocalStorage

CONFIG = 'embeddings { tensor_name: "words" tensor_path: "t.tsv" metadata_path: "m.tsv" }'


def test_projector_configurations(logs):
    """Each run's configuration is found, also that of a root without events."""
    logs.scalars("a", "loss", [1.0])
    logs.scalars("b", "loss", [1.0])
    for folder in ("a", "."):
        (logs.root / folder / "projector_config.pbtxt").write_text(CONFIG)

    log = logs.open()

    assert log.projector.runs == ("a", ".")
    assert log.projector["a"].embeddings[0].name == "words"
    assert log.kinds["projector"] == 2
    assert len(log.projector.select("a")) == 1
    assert log.projector.to_pandas().metadata_path.tolist() == ["m.tsv", "m.tsv"]
    assert log.projector.to_polars()["run"].to_list() == ["a", "."]
    assert "words" in repr(log.projector)
    assert repr(log.projector.select("a")).startswith(f"projector of {log.name}: 1 configuration\n")
    with pytest.raises(nbboard.LogdirError, match="no projector configuration of run 'b'"):
        _ = log.projector["b"]


def test_a_configuration_needs_no_events_beside_it(logs):
    """As TensorFlow's tutorial has it: a folder of vectors alone, behind those that are runs."""
    logs.scalars("z", "loss", [1.0])
    for folder in ("words/b", "z"):
        (logs.root / folder).mkdir(parents=True, exist_ok=True)
        (logs.root / folder / "projector_config.pbtxt").write_text(CONFIG)

    log = logs.open()

    assert log.runs == ("z",)
    assert log.projector.runs == ("z", "words/b")
    assert log.projector["words/b", "words"].run == "words/b"
    assert list(log.projector.select("words")) == [log.projector["words/b"]]


def test_broken_projector_configurations_are_problems(logs):
    """What cannot be parsed, or is far too large, is told and left out."""
    for run, text in (("a", "nonsense {"), ("b", "#" * (2 << 20))):
        logs.scalars(run, "loss", [1.0])
        (logs.root / run / "projector_config.pbtxt").write_text(text)
    (logs.root / "a" / "sub").mkdir()

    log = logs.open()

    assert len(log.projector) == 0
    assert len(log.problems) == 2
    assert all("projector configuration" in problem.reason for problem in log.problems)


def test_an_unreadable_configuration_is_told_once(logs, monkeypatch):
    """One that may not be read is a problem, however often somebody looks."""
    logs.scalars("a", "loss", [1.0])
    config = logs.root / "a" / "projector_config.pbtxt"
    config.write_text(CONFIG)

    def denied(_storage, path):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    with monkeypatch.context() as patch:
        log = logs.open()
        patch.setattr(LocalStorage, "open", denied)
        assert len(log.projector) == 0
    assert [str(problem) for problem in log.problems] == [
        f"{config}: cannot be read: permission denied"
    ]


def test_a_configuration_that_is_mended_is_no_problem_any_more(logs):
    """What was told of it is forgotten once it is read again."""
    logs.scalars("a", "loss", [1.0])
    config = logs.root / "a" / "projector_config.pbtxt"
    config.write_text("nonsense {")
    log = logs.open()
    assert len(log.projector) == 0
    assert [problem.file for problem in log.problems] == [str(config)]

    config.write_text(CONFIG)
    logs.scalars("a", "loss", [2.0], steps=[1])
    log.refresh()

    assert log.projector.runs == ("a",)
    assert log.problems == ()


def test_a_configuration_may_come_later(logs):
    """After a refresh that found something the configurations are looked for again."""
    logs.scalars("a", "loss", [1.0])
    log = logs.open()
    assert len(log.projector) == 0

    (logs.root / "a" / "projector_config.pbtxt").write_text(CONFIG)
    logs.scalars("a", "loss", [2.0], steps=[1])
    log.refresh()

    assert log.projector.runs == ("a",)


def test_images_and_texts_become_files(logs, png, tmp_path):
    """Every value is a file in a folder of its run and tag, with the logged bytes."""
    logs.images("run/sub", "a/b", [png(1), png(2)], step=3)
    logs.text("run", "note", "hello", step=-1)
    log = logs.open()

    assert save_values(log.images, tmp_path / "out") == 2
    assert save_values(log.text, tmp_path / "out") == 1

    files = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.*"))
    assert files == [
        "run/note/step--1-0.md",
        "run/sub/a%2Fb/step-3-0-0.png",
        "run/sub/a%2Fb/step-3-0-1.png",
    ]
    assert (tmp_path / "out" / files[1]).read_bytes() == png(1)
    logs.tensor("run", "curve", "pr_curves", [[0.0]] * 6)
    log.refresh()
    with pytest.raises(nbboard.UsageError, match="are not files"):
        save_values(log.pr_curves, tmp_path / "out")


@pytest.mark.parametrize("tag", ["../../evil", "..", ".", "/etc/x", "C:\\x", "a\0b", "x" * 500, ""])
def test_no_name_leaves_the_folder(logs, tmp_path, tag):
    """Tags out of a log cannot make files anywhere else."""
    logs.text("run", tag, "text")

    assert save_values(logs.open().text, tmp_path / "in" / "out") == 1

    (file,) = [path for path in tmp_path.rglob("*.md") if path.is_file()]
    assert file.is_relative_to(tmp_path / "in" / "out" / "run")
    assert len(file.relative_to(tmp_path / "in" / "out").parts) == 3


def test_a_bar_appears_only_when_it_takes_long(monkeypatch, capsys):
    """Progress says nothing within the delay, and everything after it."""
    assert list(progress.tracked(range(3), 3, "reading", "value")) == [0, 1, 2]
    assert capsys.readouterr().err == ""

    monkeypatch.setattr(progress, "DELAY", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert list(progress.tracked(range(3), 3, "reading", "value")) == [0, 1, 2]
    assert "reading" in capsys.readouterr().err


def test_a_configuration_that_comes_or_changes_later_is_seen(logs):
    """A refresh notices files beside the event files though no event file has changed."""
    logs.scalars("a", "loss", [1.0])
    log = logs.open()
    config = logs.root / "a" / "projector_config.pbtxt"
    config.write_text(CONFIG)

    came = log.refresh()
    first = log.projector.runs
    config.unlink()
    went = log.refresh()

    assert came.beside == (str(config),)
    assert first == ("a",)
    assert went.beside == (str(config),)
    assert log.projector.runs == ()


def test_names_that_agree_are_kept_apart(logs, png, tmp_path):
    """Long names, ends that file systems drop, and letters they take for one: none overwrites."""
    prompt = "validation/a photograph of a red bicycle leaning on a brick wall at noon, 35 mm, "
    sweep = "model.width=128,optim.lr=0.001,optim.weight_decay=0.1,trainer.epochs=90,seed="
    wide = "\N{GREEK SMALL LETTER OMEGA WITH PSILI AND PERISPOMENI}" * 90
    tags = [
        *(prompt + end for end in ("sharp", "blurred", "grainy")),
        *("out", "out.", "out ", "out..", "Out", "OUT", "oUt.", "%2E", ".", "..", ""),
        *(
            "NUL",
            "nul.png",
            "_UL",
            "\N{ANGSTROM SIGN}",
            "\N{LATIN CAPITAL LETTER A WITH RING ABOVE}",
        ),
        *(wide + "1", wide + "2", "a/b", "a%2Fb"),
    ]
    for grey, tag in enumerate(tags):
        logs.images("run", tag, [png(grey)])
    for seed in range(3):
        logs.images(sweep + str(seed), "samples", [png(seed)])
    logs.images("run/out", "x", [png(1)])

    count = save_values(logs.open().images, tmp_path / "out")

    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert count == len(files) == len(tags) + 4
    assert len({path.read_bytes() for path in files}) == len(tags)
    folded = {unicodedata.normalize("NFC", str(path)).casefold() for path in files}
    assert len(folded) == len(files)
    parts = {part for path in files for part in path.relative_to(tmp_path).parts}
    assert max(len(part.encode()) for part in parts) <= 100
    assert not any(part.endswith((".", " ")) for part in parts)
    assert any(
        "sharp" not in part and part.startswith("validation%2Fa photograph") for part in parts
    )


def test_an_interrupted_export_leaves_no_half_file(logs, png, tmp_path, monkeypatch):
    """The value that was being written is not there; one from before is as it was."""
    logs.images("run", "picture", [png(1)])
    images = logs.open().images
    save_values(images, tmp_path / "out")
    (path,) = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    path.write_bytes(b"from before")

    def half(self, data):
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(KeyboardInterrupt):
        save_values(images, tmp_path / "out")

    assert [one for one in (tmp_path / "out").rglob("*") if one.is_file()] == [path]
    assert path.read_bytes() == b"from before"
