"""``nbboard demo`` as it is typed into a shell."""

import sys

from nbboard import demo
from nbboard.cli import main


def test_the_command_trains_and_says_what_to_do_next(tmp_path, monkeypatch, capsys):
    """It names the best run and the line for the notebook, quoted where the path needs it."""
    short = tuple(demo.Settings(units=units, epochs=1) for units in (8, 16))
    monkeypatch.setattr(
        demo.training.train, "__kwdefaults__", {**demo.train.__kwdefaults__, "runs": short}
    )
    logs = tmp_path / "my logs"

    assert main(["demo", str(logs), "--quiet"]) == 0
    said = capsys.readouterr().out
    assert "2 runs trained" in said
    assert "Best: units=" in said
    assert f'%tensorboard --logdir "{logs}"' in said

    assert main(["demo", str(logs), "--quiet"]) == 0
    assert "--again" in capsys.readouterr().out
    assert main(["demo", str(logs)]) == 0
    assert f"2 runs in {logs}: there already" in capsys.readouterr().out


def test_without_its_extra_the_command_says_what_to_install(tmp_path, monkeypatch, capsys):
    """One line with the cure: no progress bar before it, and no folder is left."""
    demo.digits.load.cache_clear()
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)

    assert main(["demo", str(tmp_path / "logs")]) == 1
    said = capsys.readouterr().err
    assert said == "nbboard: scikit-learn is not installed: pip install 'nbboard[demo]'\n"
    assert not (tmp_path / "logs").exists()
