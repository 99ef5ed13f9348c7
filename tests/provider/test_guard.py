"""Should our reader fail, TensorBoard's own takes over, and it is said once."""

from __future__ import annotations

from typing import Any

import pytest
from tensorboard import errors
from tensorboard.data import provider as base

from nbboard.provider.guard import GuardedDataProvider
from nbboard.provider.provider import LogDataProvider, UnfitArgumentError

METHODS = [
    name
    for name in vars(LogDataProvider)
    if name.startswith(("list_", "read_", "experiment_")) and name in vars(base.DataProvider)
]


class Recorder:
    """A provider that answers its name, or raises what it was given."""

    def __init__(self, name: str, error: BaseException | None = None) -> None:
        self.name = name
        self.error = error
        self.asked: list[Any] = []

    def __getattr__(self, method: str) -> Any:
        def answer(ctx: Any = None, **what: Any) -> Any:
            self.asked.append((method, ctx, what))
            if self.error is not None:
                raise self.error
            return f"{self.name} {method}"

        return answer


@pytest.mark.parametrize("method", METHODS)
def test_each_method_that_fails_hands_over(method: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The same question is asked of the other, from then on alone; the log has the traceback."""
    first, second = Recorder("first", KeyError("lost")), Recorder("second")
    made: list[int] = []
    told: list[BaseException] = []
    guarded = GuardedDataProvider(first, lambda: made.append(1) or second, told.append)
    for _ in range(2):
        answer = getattr(guarded, method)("context", experiment_id="x")
        assert f"second {method}" == answer

    assert [(method, "context", {"experiment_id": "x"})] == first.asked
    assert made == [1]
    assert [first.error] == told
    assert "KeyError: 'lost'" in capsys.readouterr().err


@pytest.mark.parametrize("error", [errors.NotFoundError("no"), UnfitArgumentError("odd")])
def test_answers_that_are_refusals_are_no_failures(error: Exception) -> None:
    """What the interface foresees goes to whoever asked."""
    guarded = GuardedDataProvider(Recorder("first", error), Recorder, lambda _: None)
    with pytest.raises(type(error)):
        guarded.read_blob(blob_key="x")


def test_the_second_may_fail_like_any_other() -> None:
    """There is no third."""
    second = Recorder("second", OSError("disk"))
    guarded = GuardedDataProvider(Recorder("first", ValueError()), lambda: second, lambda _: None)
    for _ in range(2):
        with pytest.raises(OSError, match="disk"):
            guarded.list_runs(experiment_id="")
    assert len(second.asked) == 2


def test_every_question_of_the_interface_is_passed_on() -> None:
    """None falls through to the base class, except hyperparameters, which nobody stores."""
    public = {name for name in vars(base.DataProvider) if not name.startswith("_")}
    own = {"list_hyperparameters", "read_hyperparameters"}
    assert public - own == {name for name in vars(GuardedDataProvider) if name in public}
    assert public - own == set(METHODS)
