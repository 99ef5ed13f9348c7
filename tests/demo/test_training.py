"""The demo trains for real, and what it logs can be read back."""

import numpy as np
import pytest

import nbboard
from nbboard import demo
from nbboard.demo.network import LAYERS, Network, cross_entropy


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """Three short runs, two of them with the same hyperparameters."""
    folder = tmp_path_factory.mktemp("demo") / "logs"
    runs = [
        demo.Settings(units=16, epochs=3, seed=1, repeated=True),
        demo.Settings(units=16, epochs=3, seed=2, repeated=True),
        demo.Settings(units=16, epochs=3, optimizer="sgd"),
    ]
    return folder, runs, demo.train(folder, runs=runs, progress=False)


def test_every_kind_of_value_is_logged_and_reads_back(logs):
    """Scalars, histograms, pictures, sounds, text, hparams, PR curves, graphs, meshes, embeddings."""
    folder, runs, _ = logs
    log = nbboard.open(folder)

    assert log.problems == ()
    assert set(log.runs) == {settings.run for settings in runs}
    assert set(log.kinds) == {
        "scalars",
        "histograms",
        "images",
        "audio",
        "text",
        "hparams",
        "pr_curves",
        "graphs",
        "custom_scalars",
        "profile",
        "projector",
        "mesh",
    }
    run = runs[0].run
    assert len(log.images[run, "confusion_matrix"]) == 3
    assert len(log.images[run, "inputs"].samples(0)) == 8
    assert log.images[run, "progress/confusion"][-1].frames == 3
    clip = log.audio[run, "sound/hardest"][-1]
    assert (clip.sample_rate, clip.duration) == (8000, 0.64)
    assert "taken for" in clip.label
    assert {(series.name, series.part) for series in log.mesh.select(runs=[run])} == {
        *(("hidden2", part) for part in ("vertices", "colors")),
        *(("hidden1/filter", part) for part in ("vertices", "colors", "faces")),
    }
    assert len(log.scalars[run, "loss/train"]) == 3 * 44


def test_the_hidden_layer_is_logged_as_an_embedding_over_steps(logs):
    """With what is known of each digit and its picture; of repeated seeds the last step."""
    folder, runs, _ = logs
    log = nbboard.open(folder)

    points = log.projector[runs[0].run, "hidden2"][-1]
    counts = [len(log.projector[settings.run, "hidden2"]) for settings in runs]
    assert counts == [1 if settings.seed > 1 else 2 for settings in runs]
    assert points.vectors.shape == (360, runs[0].units)
    assert [column.name for column in points.columns] == ["digit", "said", "sure"]
    assert points.sprite is not None
    assert points.notes == ()


def test_the_networks_learn(logs):
    """The loss falls, and far more digits are recognised than by chance."""
    folder, _, trained = logs
    log = nbboard.open(folder)

    for run in trained:
        loss = log.scalars[run.run, "loss/validation"].value
        assert loss[-1] < loss[0]
        assert run.accuracy > 0.5
        accuracy = log.scalars[run.run, "accuracy/validation"].value[-1]
        assert accuracy == pytest.approx(run.accuracy)


def test_seeds_of_the_same_hyperparameters_are_one_trial(logs):
    """The hparams table has a row for each combination, not for each run."""
    folder, runs, _ = logs
    trials = nbboard.open(folder).hparams.trials()

    assert {row.name: len(row.sessions) for row in trials.rows} == {
        runs[0].trial: 2,
        runs[2].trial: 1,
    }


def test_the_same_seed_gives_the_same_curve(logs, tmp_path):
    """All randomness is seeded."""
    folder, runs, _ = logs
    again = demo.train(tmp_path, runs=runs[:1], progress=False)[0]

    old = nbboard.open(folder).scalars[again.run, "loss/train"].value
    new = nbboard.open(tmp_path).scalars[again.run, "loss/train"].value
    np.testing.assert_array_equal(old, new)


def test_runs_that_are_there_are_left_alone_unless_asked(tmp_path):
    """A second call trains nothing; again=True trains anew and removes no file of others."""
    runs = [demo.Settings(units=4, epochs=1)]
    demo.train(tmp_path, runs=runs, progress=False)
    folder = tmp_path / runs[0].run
    (folder / "mine.txt").write_text("keep me")

    def event_files():
        return {file.stat().st_ino for file in folder.glob("*tfevents*")}

    first = event_files()
    kept = demo.train(tmp_path, runs=runs, progress=False)
    assert event_files() == first
    assert np.isnan(kept[0].accuracy)
    with pytest.raises(FileExistsError, match="again=True"):
        demo.train_one(tmp_path, units=4, epochs=1, progress=False)

    anew = demo.train_one(tmp_path, units=4, epochs=1, again=True, progress=False)
    assert anew.accuracy >= 0
    assert len(event_files()) == 1
    assert (folder / "mine.txt").read_text() == "keep me"
    assert len(nbboard.open(tmp_path).projector) == 1


def test_the_gradient_is_that_of_the_loss():
    """Backpropagation agrees with finite differences."""
    random = np.random.default_rng(0)
    network = Network(5, 0.0, random)
    for name, value in network.parameters.items():
        network.parameters[name] = value.astype(np.float64)
    pixels, labels = random.random((7, 64)), random.integers(0, 10, 7)
    _, gradients = network.gradients(pixels, labels)

    for layer in LAYERS:
        for name in (f"{layer}/weights", f"{layer}/biases"):
            values = network.parameters[name]
            place = np.unravel_index(np.abs(gradients[name]).argmax(), values.shape)
            losses = []
            for change in (1e-5, -2e-5):
                values[place] += change
                losses.append(cross_entropy(network.predict(pixels)[0], labels).mean())
            slope = (losses[0] - losses[1]) / 2e-5
            assert gradients[name][place] == pytest.approx(slope, rel=1e-3)


def test_the_grid_has_eight_trials_and_one_with_five_seeds():
    """As announced; and all run names differ."""
    trials = [settings.trial for settings in demo.GRID]

    assert len(set(trials)) == 8
    assert max(trials.count(trial) for trial in trials) == 5
    assert len({settings.run for settings in demo.GRID}) == len(demo.GRID) == 12


@pytest.mark.parametrize(
    "wrong", [{"units": 0}, {"epochs": 0}, {"dropout": 1.0}, {"optimizer": "adagrad"}]
)
def test_settings_that_cannot_be_trained_are_refused(wrong):
    """With a message that names the setting."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        demo.Settings(**wrong)


@pytest.mark.parametrize(
    ("module", "package"), [("sklearn.datasets", "scikit-learn"), ("tensorboardX", "tensorboardX")]
)
def test_a_missing_package_names_the_extra(module, package, tmp_path, monkeypatch):
    """Without the extra there is one line that says what to install."""
    monkeypatch.setitem(__import__("sys").modules, module, None)
    demo.training.data.load.cache_clear()

    with pytest.raises(nbboard.MissingExtraError, match=rf"{package}.*nbboard\[demo\]"):
        demo.train(tmp_path, progress=False)
