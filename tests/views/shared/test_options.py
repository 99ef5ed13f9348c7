"""Options: each stands in one place, and what is wrong is refused in the same words everywhere."""

from __future__ import annotations

import numpy as np
import pytest
import traitlets

import nbboard
from nbboard.errors import UsageError
from nbboard.views.base import View
from nbboard.views.shared.options import (
    OptionError,
    check_options,
    option,
    option_schema,
    read_option,
    step_option,
)
from tests.views.image_logs import flat, write_images


class Example(View):
    """A view with an option of every sort."""

    kind = "example"

    amount = option(traitlets.Float(0.5, min=0.0, max=1.0), "How much.")
    count = option(traitlets.Int(3, min=1), "How many.")
    mode = option(traitlets.Enum(["first", "last"], default_value="last"), "Which.")
    shown = option(traitlets.Bool(default_value=True), "Whether at all.")
    names = option(traitlets.List(traitlets.Unicode()), "What they are called.")
    by_name = option(traitlets.Dict(value_trait=traitlets.Int()), "How many of each.")
    step = step_option("Which step.")
    limit = option(traitlets.Int(None, allow_none=True), "At most so many; None for all.")


@pytest.fixture
def log(tmp_path):
    """A log with one image."""
    write_images(tmp_path, "a", "x", {0: [flat((1, 2, 3))]})
    return nbboard.open(tmp_path)


def refusal(call, *args, **kwargs):
    """Return the words with which something is refused."""
    with pytest.raises(OptionError) as caught:
        call(*args, **kwargs)
    return str(caught.value)


def test_options_are_returned_as_the_view_takes_them():
    """Numbers of NumPy become Python's, whole numbers floats where a float is meant."""
    given = {"amount": 1, "count": np.int64(4), "step": np.int64(2**62), "limit": None}

    checked = check_options(Example, given)

    assert checked == {"amount": 1.0, "count": 4, "step": 2**62, "limit": None}
    assert {type(value) for value in checked.values()} == {float, int, type(None)}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"amoun": 1}, "the example view has no option 'amoun'; did you mean 'amount'?"),
        ({"amount": 2}, "amount of the example view takes a number from 0 to 1, not 2"),
        ({"amount": True}, "amount of the example view takes a number from 0 to 1, not True"),
        ({"count": 0.5}, "count of the example view takes a whole number of at least 1, not 0.5"),
        (
            {"mode": "frist"},
            "mode of the example view takes 'first' or 'last', not 'frist'; did you mean 'first'?",
        ),
        ({"shown": "no"}, "shown of the example view takes true or false, not 'no'"),
        ({"names": [1]}, "names of the example view takes a list, each value text, not [1]"),
        ({"step": "x"}, "step of the example view takes a whole number, or None, not 'x'"),
        ({"step": 2**63}, f"step of the example view takes a whole number, or None, not {2**63}"),
        (
            {"palette": "blind"},
            "palette of the example view takes 'colorblind' or 'tensorboard', not 'blind';\
 did you mean 'colorblind'?",
        ),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(given, words):
    """A refusal says the option, what it takes, what it got, and the nearest right one."""
    assert refusal(check_options, Example, given) == words


def test_a_refusal_is_what_users_catch():
    """It is a usage error, a TypeError as for any wrong keyword, and traitlets' own error."""
    assert issubclass(OptionError, UsageError)
    assert issubclass(OptionError, TypeError)
    assert issubclass(OptionError, traitlets.TraitError)


def test_view_figure_and_assignment_refuse_in_the_same_words(log):
    """It makes no difference where a wrong option is given."""
    view = log.images.view()
    unknown = "the images view has no option 'contrasts'; did you mean 'contrast'?"
    wrong = "contrast of the images view takes a number from 0 to 500, not 501"

    assert refusal(log.images.view, contrasts=1) == unknown
    assert refusal(log.images.figure, contrasts=1) == unknown
    assert refusal(view.figure, contrasts=1) == unknown
    assert refusal(setattr, view, "contrasts", 1) == unknown
    assert refusal(log.images.view, contrast=501) == wrong
    assert refusal(log.images.figure, contrast=501) == wrong
    assert refusal(view.figure, contrast=501) == wrong
    assert refusal(setattr, view, "contrast", 501) == wrong


def test_what_is_no_option_can_still_be_set(log):
    """Private names, traits and attributes that the view has are left alone."""
    view = log.images.view()
    view._own = 1
    view.layout.width = "50%"
    view.source = log.images

    assert view._own == 1


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("amount", "0.25", 0.25),
        ("count", "1_000", 1000),
        ("mode", "first", "first"),
        ("shown", "False", False),
        ("names", "a,b", ["a", "b"]),
        ("names", "['a,b']", ["a,b"]),
        ("by_name", "x=1,y=2", {"x": 1, "y": 2}),
        ("by_name", "{'a=b': 3}", {"a=b": 3}),
        ("step", "9007199254740993", 2**53 + 1),
        ("limit", "None", None),
    ],
)
def test_text_is_read_as_the_option_means_it(name, text, value):
    """What stands on a command line becomes the value that Python would be given."""
    assert read_option(Example, name, text) == value


def test_text_that_is_no_value_is_refused_in_the_same_words():
    """A command line hears what .view() says."""
    assert refusal(read_option, Example, "amount", "much") == (
        "amount of the example view takes a number from 0 to 1, not 'much'"
    )
    assert refusal(read_option, Example, "amoun", "1").endswith("did you mean 'amount'?")


def test_the_page_is_told_what_each_option_is():
    """Default, limits, choices and help travel, so that TypeScript repeats none."""
    schema = option_schema(Example)

    assert schema["amount"] == {"default": 0.5, "help": "How much.", "min": 0.0, "max": 1.0}
    assert schema["mode"] == {"default": "last", "help": "Which.", "choices": ["first", "last"]}
    assert schema["step"] == {"default": None, "help": "Which step.", "exact": True}
    assert schema["names"] == {"default": [], "help": "What they are called."}
    assert "palette" not in schema


def test_a_board_takes_what_any_of_its_views_takes(log):
    """An option of several views may have values of each; what none takes is refused."""
    view = log.view(height=300, contrast=200)

    assert view.views["images"].contrast == 200
    assert refusal(log.view, contrast=501) == (
        "contrast of the board view takes a number from 0 to 500, not 501"
    )
    assert "did you mean 'contrast'?" in refusal(log.view, contrasts=1)
