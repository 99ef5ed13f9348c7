"""The compiled part of the package ``crc32c``, without the rest of that package.

Importing the package looks its own version up, and with that come ``importlib.metadata``, the
e-mail parser, sockets and archives: a third of the time that the first ``nbboard.open`` takes.
"""

from __future__ import annotations

import importlib
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["crc32c_function"]

_PACKAGE = "crc32c"
_COMPILED = f"{_PACKAGE}._crc32c"


def crc32c_function() -> Callable[..., int]:
    """Return ``crc32c(data, value=0)``, which uses the processor's instruction where it has one.

    Raises
    ------
    ImportError
        The package is not installed.
    """
    function: Callable[..., int] = _compiled().crc32c
    return function


def _compiled() -> Any:
    package = find_spec(_PACKAGE)
    inside = None if package is None else package.submodule_search_locations
    spec = None if inside is None else PathFinder.find_spec(_COMPILED, inside)
    if spec is None or spec.loader is None:
        # Not there, or built in another way: the package itself knows, or says what is wrong.
        return importlib.import_module(_PACKAGE)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
