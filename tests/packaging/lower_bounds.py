"""Print the oldest releases that pyproject.toml allows, as constraints for pip."""

from __future__ import annotations

import re
from pathlib import Path

text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
project = text.partition("[project]")[2].partition("[dependency-groups]")[0]
for name, version in re.findall(r'"([\w.-]+)>=([\w.]+)["; ]', project):
    print(f"{name}=={version}")
