"""How long a frame of a million points takes, as a multiple of one plain pass over them.

Run by ``make bench``. The page's own painter runs in node, without a screen: what is left out
is handing the finished pixels to the canvas. CPU time of one thread, the least of ten frames,
so that other work on the machine counts little.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

LABEXTENSION = Path(__file__).parents[2] / "labextension"
BASE = "one pass over the points"
#: What a frame of a million points may take, in passes over them.
LIMIT = 5.0


def main() -> None:
    """Print the frames, each in milliseconds and in passes over the points."""
    command = ["node", "tests/draw_cloud.bench.ts"]
    done = subprocess.run(command, cwd=LABEXTENSION, capture_output=True, text=True, check=True)
    times: dict[str, float] = json.loads(done.stdout)
    print("\n1,000,000 points at 800 x 600, CPU time of a frame")
    for name, milliseconds in times.items():
        passes = milliseconds / times[BASE]
        late = "   over the limit" if name[1:3] == "-D" and passes > LIMIT else ""
        print(f"  {name:28}{milliseconds:8.1f} ms{passes:8.1f} passes{late}")


if __name__ == "__main__":
    main()
