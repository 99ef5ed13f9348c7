"""What every kind must do, its own tests aside."""

import pytest

# Or a failed assertion of the suite would not say what the two sides were.
pytest.register_assert_rewrite("tests.conformance.suite")
