"""Settings that were logged as text are read in the forms that writers give them."""

from __future__ import annotations

import pytest

from nbboard.errors import UndecodableError
from nbboard.kinds.params.texts import params_in_text, prefix_of_tag

FORMS = {
    "cleanrl": (
        "hyperparameters/text_summary",
        "|param|value|\n|-|-|\n|lr|0.0003|\n|cuda|True|\n|entity|None|",
        {"lr": 0.0003, "cuda": True, "entity": None},
    ),
    "ml-agents": (
        "Hyperparameters/text_summary",
        "\ttrainer_type:\tppo\n\thyperparameters:\t\n\t  batch_size:\t2048\n\t  shared:\tFalse",
        {
            "trainer_type": "ppo",
            "hyperparameters.batch_size": 2048,
            "hyperparameters.shared": False,
        },
    ),
    "open3d": (
        "Configuration/Model/text_summary",
        "    { 'batcher': 'Default',\n      'ckpt': None,\n      'dims': [16, 64]}",
        {"Model.batcher": "Default", "Model.ckpt": None, "Model.dims": "[16, 64]"},
    ),
    "open3d, cut": (
        "Configuration/Data/text_summary",
        "    { 'name': 'S, D',\n      'points': 5,\n      'files': ['a_long_na",
        {"Data.name": "S, D", "Data.points": 5},
    ),
    "hugging face": (
        "args/text_summary",
        '{\n  "learning_rate": 5e-05,\n  "adam": {"beta": 0.9}, "logging_dir": "runs"\n}',
        {"learning_rate": 5e-05, "adam.beta": 0.9, "logging_dir": "runs"},
    ),
    "model's own": ("model_config", '{"layers": 12}', {"model_config.layers": 12}),
    "tianshou": (
        "args/text_summary",
        "Namespace(lr=0.0001, device='cpu', net=<class 'Net'>)",
        {},
    ),
    "namespace": (
        "args",
        "Namespace(lr=0.0001, device='cpu', size=(3, 4), dtype=torch.float32)",
        {"lr": 0.0001, "device": "cpu", "size": "[3, 4]", "dtype": "torch.float32"},
    ),
    "command": ("Description/Command line", "train.py --lr 1", {"command": "train.py --lr 1"}),
    "prose": ("config", "This run is about nothing in particular.", {}),
    "a wide table": ("params", "|a|b|c|\n|-|-|-|\n|1|2|3|", {}),
    "samples": ("samples", "|a|b|\n|-|-|\n|1|2|", {}),
    "escaped": ("nbboard/run", "|param|value|\n|-|-|\n|command|a \\| b|", {"command": "a | b"}),
    "hostile": ("config", "{" * 5_000, {}),
    "a call": ("config", "__import__('os').system('true')", {}),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_settings(form):
    """Names and values come out as they went in; what is no settings is nothing."""
    tag, text, expected = FORMS[form]

    assert params_in_text(tag, text) == expected


def test_tags_tell_what_holds_settings():
    """A tag's name does, and what follows it stands before the names."""
    assert prefix_of_tag("hparams") == ""
    assert prefix_of_tag("Configuration/Model/text_summary") == "Model"
    assert prefix_of_tag("report") is None
    assert prefix_of_tag("argsort") is None


def test_settings_too_long_to_be_any_are_refused():
    """Nothing of them is parsed."""
    with pytest.raises(UndecodableError, match="characters"):
        params_in_text("config", "x" * (2 << 20))
