"""An index of sessions, changed run by run, is the one that is made at once."""

from __future__ import annotations

import random

import pytest

from nbboard.kinds.hparams.goals import is_seed, lower_is_better, preferred
from nbboard.kinds.hparams.messages import Experiment, HParam, Metric, SessionStart
from nbboard.kinds.hparams.sessions import RunHparams, SessionIndex

RUNS = [".", "a", "a/1700000000.5", "a/eval", "a/eval/deep", "b", "b/x", "b/x/y", "c10", "c9"]


def _state(index: SessionIndex) -> dict[str, object]:
    return {
        "runs": index.runs,
        "groups": index.groups,
        "logged": index.logged,
        "metrics": [index.metrics(which) for which in ("declared", "all")],
        "declared": index.declared(),
    }


def _said(chance: random.Random) -> RunHparams | None:
    start = SessionStart({"lr": chance.random()}, group_name=chance.choice(["", "g", "b"]))
    one = Experiment((HParam("lr"),), (Metric(chance.choice("xy")),), name=chance.choice("12"))
    return chance.choice(
        [None, RunHparams(start=start), RunHparams(one), RunHparams(one, start), RunHparams()]
    )


@pytest.mark.parametrize("seed", range(20))
def test_an_index_that_was_updated_is_like_a_new_one(seed):
    """Runs that come, go, start, stop being sessions or change their group or their tags."""
    chance = random.Random(seed)
    index = SessionIndex()
    tags: dict[str, list[str]] = {}
    logged: dict[str, RunHparams] = {}
    for _ in range(60):
        changed = chance.sample(RUNS, chance.choice([1, 1, 2, 5]))
        for run in changed:
            tags.pop(run, None)
            logged.pop(run, None)
            if chance.random() < 0.7:
                tags[run] = chance.sample(["loss", "acc", "x"], chance.randrange(3))
                if (said := _said(chance)) is not None:
                    logged[run] = said
        before = _state(index)["runs"], {k: list(v) for k, v in index.groups.items()}
        held = dict(before[0]), before[1], dict(index.logged)
        affected = index.update(
            {run: logged.get(run) for run in changed}, {run: tags.get(run) for run in changed}
        )
        fresh = SessionIndex()
        fresh.update(logged, tags)

        assert _state(fresh) == _state(index)
        for run in {*held[0], *index.runs} - affected.sessions:
            assert held[0].get(run) == index.runs.get(run)
            assert held[2].get(run) == index.logged.get(run)
        for name in {*held[1], *index.groups} - affected.groups:
            assert held[1].get(name) == index.groups.get(name)


def test_an_update_looks_at_what_changed_alone():
    """One more run among many: no other session is affected."""
    index = SessionIndex()
    start = RunHparams(start=SessionStart())
    names = [f"t{number}" for number in range(500)]
    index.update(dict.fromkeys(names, start), {name: ["loss"] for name in names})

    affected = index.update({"t77x": start}, {"t77x": ["loss"]})

    assert affected == (frozenset({"t77x"}), frozenset({"t77x"}))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["epoch", "train/loss", "val/loss"], "val/loss"),
        (["accuracy", "loss", "val_accuracy", "val_loss"], "val_accuracy"),
        (["epoch_accuracy", "epoch_loss"], "epoch_accuracy"),
        (["lr", "train_loss_epoch", "train_loss_step"], "train_loss_epoch"),
        (["rollout/ep_len_mean", "rollout/ep_rew_mean", "time/fps", "train/loss"], "rollout/ep_rew_mean"),
        (["eval/mean_ep_length", "eval/mean_reward", "rollout/ep_rew_mean"], "eval/mean_reward"),
        (["train/accuracy", "test/mIoU"], "test/mIoU"),
        (["train/loss", "validation/top_1"], "validation/top_1"),
        (["learning_rate", "seconds", "hv_metric"], "hv_metric"),
        (["step", "wall_time"], "step"),
        (["time_to_accuracy", "loss"], "loss"),
        (["batch_loss", "trainAcc", "valAcc"], "valAcc"),
    ],
)  # fmt: skip
def test_the_metric_people_mean_is_chosen(names, expected):
    """Validation before training, accuracy before loss before reward; never epoch, step, lr, time."""
    at = preferred(names)

    assert at is not None
    assert names[at] == expected


def test_there_is_no_metric_to_choose_among_none():
    """No metrics, no choice."""
    assert preferred([]) is None


@pytest.mark.parametrize(
    ("name", "lower"),
    [
        ("val/loss", True), ("accuracy", False), ("top5_error", True), ("seconds", True),
        ("eval/mean_reward", False), ("WER", True), ("perplexity", True), ("closs", False),
        ("time_to_accuracy", False), ("val_f1", False), ("RMSE", True), ("loss/accuracy", True),
    ],
)  # fmt: skip
def test_which_way_is_better_follows_from_the_name(name, lower):
    """Losses, errors and what is spent are better small."""
    assert lower_is_better(name) is lower


def test_seeds_are_known_by_their_names():
    """Seeds and folds, however written; no seedling."""
    assert all(map(is_seed, ["seed", "random_seed", "randomSeed", "cv.fold", "seed_0", "SEED"]))
    assert not any(map(is_seed, ["seedling", "lr", "folder", "unseeded"]))
