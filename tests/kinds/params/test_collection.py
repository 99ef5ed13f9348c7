"""Parameters of runs, from what stands beside them, and what differs between runs."""

from __future__ import annotations

import json

import pytest

import nbboard
from tests.logdir.conftest import Logs
from tests.views import hparams_logs


@pytest.fixture
def logs(tmp_path):
    """Return an empty folder to write runs into."""
    return Logs(tmp_path / "logs")


def beside(logs, path, text):
    """Write a file below the logs."""
    file = logs.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_what_differs_is_found_in_files_and_texts(logs):
    """One row a run, one column a parameter that is not the same in all; the rest is constant."""
    for run, rate in (("a", "0.1"), ("b", "0.2")):
        logs.scalars(run, "loss", [1.0])
        beside(logs, f"{run}/hparams.yaml", f"lr: {rate}\nmodel: {{depth: 3}}\n")
        logs.text(run, "hyperparameters/text_summary", f"|p|v|\n|-|-|\n|seed|{len(run)}|")
    logs.scalars("c", "loss", [1.0])

    found = nbboard.diff(logs.root)

    assert found.names == ("lr",)
    assert found["lr"] == {"a": 0.1, "b": 0.2}
    assert found.constant == {"model.depth": 3, "seed": 1}
    assert found.unknown == ("c",)
    assert found.to_pandas().to_dict("list") == {"run": ["a", "b"], "lr": [0.1, 0.2]}
    assert "differ in 1 parameter; 2 the same in all; no parameters known of 1 run" in repr(found)
    with pytest.raises(nbboard.LogdirError, match="'seed' is 1 in all"):
        found["seed"]


WRITERS = {
    "lightning": ("run/hparams.yaml", "lr: 1\n"),
    "ultralytics": ("run/args.yaml", "lr: 1\n"),
    "sb3": ("run/config.yml", "!!python/object/apply:collections.OrderedDict\n- - - lr\n    - 1\n"),
    "ml-agents": ("configuration.yaml", "lr: 1\n"),
    "hydra": ("run/.hydra/config.yaml", "lr: 1\n"),
    "tune": ("run/params.json", '{"lr": 1}'),
    "hugging face": ("trainer_state.json", '{"trial_params": {"lr": 1}, "log_history": [{}]}'),
    "hugging face, checkpoints": ("run/checkpoint-10/trainer_state.json", '{"max_steps": 1}'),
    "wandb": (
        "run/wandb/run-1-x/files/config.yaml",
        "wandb_version: 1\n_wandb: {value: {x: 1}}\nlr: {desc: null, value: 1}\n",
    ),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_files_of_writers(logs, writer):
    """Each writer's file counts for the run beside it or below it."""
    logs.scalars("run", "loss", [1.0])
    beside(logs, *WRITERS[writer])

    given = logs.open().params["run"]

    assert [param.value for param in given.values()] == [1]
    assert list(given)[0].rpartition(".")[2] in {"lr", "max_steps"}  # noqa: RUF015


def test_two_wandb_runs_count_for_neither(logs):
    """Which of them wrote the events is not known."""
    logs.scalars("run", "loss", [1.0])
    logs.scalars("run/wandb/run-2-y/files", "loss", [1.0])
    for name, value in (("run-1-x", 1), ("run-2-y", 2)):
        text = f"wandb_version: 1\nlr: {{value: {value}}}\n"
        beside(logs, f"run/wandb/{name}/files/config.yaml", text)
    log = logs.open()

    assert log.params["run"] == {}
    assert log.params["run/wandb/run-2-y/files"]["lr"].value == 2


def test_wandb_metadata_without_the_person(logs):
    """Commit, command and machine; not who ran it, and no secret."""
    logs.scalars("run", "loss", [1.0])
    said = {
        "program": "train.py",
        "args": ["--token", "abc"],
        "git": {"commit": "c0ffee", "remote": "https://me:pw@host"},
        "email": "a@b",
        "host": "box",
    }
    beside(logs, "run/wandb-metadata.json", json.dumps(said))

    given = {name: param.value for name, param in logs.open().params["run"].items()}

    assert given == {
        "program": "train.py",
        "machine.host": "box",
        "git.commit": "c0ffee",
        "command": "train.py --token ***",
    }


def test_sources_that_agree_are_one(tmp_path):
    """Slashes and dots name the same, as logged; where sources disagree both values are kept."""
    logs = Logs(tmp_path)
    given = {"model/depth": 3.0, "lr": 0.1}
    hparams_logs.session(logs.root / "run", given, {"loss": [(0, 1.0)]})
    beside(logs, "run/hparams.yaml", "model: {depth: 3}\nlr: 0.2\n")

    given = logs.open().params["run"]

    assert {name: tuple(param) for name, param in given.items()} == {
        "model/depth": (3.0, "hparams"),
        "lr": (0.1, "hparams"),
        "lr (hparams.yaml)": (0.2, "hparams.yaml"),
    }


def test_damage_is_told_not_raised(logs):
    """A file that cannot be read is a problem of its run; the other sources count."""
    logs.scalars("run", "loss", [1.0])
    beside(logs, "run/hparams.yaml", "a: [1, 2\n")
    beside(logs, "run/args.yaml", "lr: 1\n")
    beside(logs, "run/params.json", "[" * 100_000)
    (logs.root / "run" / "config.yaml").write_bytes(b"\xff\xfe\x00")
    log = logs.open()

    assert list(log.params["run"]) == ["lr"]
    assert sorted(problem.file.rpartition("/")[2] for problem in log.problems) == [
        "config.yaml",
        "hparams.yaml",
        "params.json",
    ]


def test_links_out_of_the_folder_are_not_followed(logs, tmp_path):
    """What lies elsewhere belongs to no run; a link within the folder is a file like others."""
    logs.scalars("a", "loss", [1.0])
    logs.scalars("b", "loss", [1.0])
    (tmp_path / "secret.yaml").write_text("password: 1\n")
    beside(logs, "b/own.yaml", "lr: 1\n")
    (logs.root / "a" / "hparams.yaml").symlink_to(tmp_path / "secret.yaml")
    (logs.root / "b" / "hparams.yaml").symlink_to("own.yaml")
    log = logs.open()

    assert log.params["a"] == {}
    assert log.params["b"]["lr"].value == 1
    assert "leads out of its folder" in log.problems[0].reason


def test_what_is_written_later_is_seen(logs):
    """A refresh reads files and texts that changed, and no others."""
    logs.scalars("run", "loss", [1.0])
    file = beside(logs, "run/hparams.yaml", "lr: 1\n")
    log = logs.open()
    assert log.params["run"]["lr"].value == 1

    file.write_text("lr: 22\n")
    logs.text("run", "config", '{"wd": 2}')
    log.refresh()

    assert {name: param.value for name, param in log.params["run"].items()} == {"lr": 22, "wd": 2}


def test_runs_and_names_narrow_what_is_compared(logs):
    """By pattern, by list, or as the runs of a log."""
    for run in ("a1", "a2", "b1"):
        logs.scalars(run, "loss", [1.0])
        beside(logs, f"{run}/hparams.yaml", f"lr: {run}\nwd: {run[0]}\n")
    log = logs.open()

    assert nbboard.diff(log, "^a").names == ("lr",)
    assert nbboard.diff([log["a1"], log["b1"]]).names == ("lr", "wd")
    assert nbboard.diff(log, names="wd").names == ("wd",)
    assert nbboard.diff(log["a1"]).names == ()
    with pytest.raises(nbboard.LogdirError, match="no run fits"):
        nbboard.diff(log, "z")
    with pytest.raises(nbboard.UsageError, match="of one log"):
        nbboard.diff([log["a1"], logs.open()["a2"]])


def test_values_are_never_markup(logs):
    """A cell shows what was written, whatever it says."""
    for run in ("a", "b"):
        logs.scalars(run, "loss", [1.0])
        beside(logs, f"{run}/hparams.yaml", f"'<b>n': '<script>{run}</script>'\n")

    html = nbboard.diff(logs.root)._repr_html_()

    assert "<script>" not in html
    assert "&lt;script&gt;a" in html
    assert 'title="&lt;b&gt;n">' in html


def test_a_missing_value_and_none_are_told_apart(logs):
    """A run that has no such parameter differs from one in which it is None."""
    logs.scalars("a", "loss", [1.0])
    logs.scalars("b", "loss", [1.0])
    beside(logs, "a/hparams.yaml", "lr: 1\nckpt: null\n")
    beside(logs, "b/hparams.yaml", "lr: 1\n")

    found = nbboard.diff(logs.root)

    assert found["ckpt"] == {"a": None}


def test_the_log_says_how_many_files_there_are(logs):
    """Without one of them being read."""
    logs.scalars("run", "loss", [1.0])
    beside(logs, "run/hparams.yaml", "a: [\n")
    log = logs.open()

    assert log.kinds == {"scalars": 1, "params": 1}
    assert log.problems == ()
