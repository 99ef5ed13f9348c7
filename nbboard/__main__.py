"""``python -m nbboard`` is the command ``nbboard``."""

from __future__ import annotations

import sys

from nbboard.cli import main

if __name__ == "__main__":
    sys.exit(main())
