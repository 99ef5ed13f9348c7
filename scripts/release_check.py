"""What must hold of a release: run by ``make release-check``.

Builds an sdist and from it a wheel, then looks at what is in them, and installs each in a clean
environment of every Python that is named.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LARGEST = 5_000_000
#: What both archives must hold.
WANTED = (
    "nbboard/static/scalars.js",
    "nbboard/static/frame.js",
    "nbboard/labextension/package.json",
    "nbboard/py.typed",
)
READ = """
import nbboard
from pathlib import Path
import sys
log = nbboard.open(sys.argv[1], progress=False)
assert len(log.scalars["run", "loss"].value) == 10, log
log.scalars.figure().savefig(Path(sys.argv[1]) / "loss.png")
"""
WRITE = """
import sys
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter
writer = EventFileWriter(sys.argv[1] + "/run")
for step in range(10):
    value = Summary.Value(tag="loss", simple_value=1 / (step + 1))
    writer.add_event(Event(wall_time=step, step=step, summary=Summary(value=[value])))
writer.close()
"""


def main() -> None:
    """Check; stop with a sentence where something does not hold."""
    pythons = sys.argv[1:] or [sys.executable]
    run("node", "licences.mjs", "--check", cwd=ROOT / "labextension")
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    run(sys.executable, "-m", "build")
    sdist, wheel = archives(ROOT / "dist")
    run(sys.executable, "-m", "twine", "check", "--strict", sdist, wheel)
    for archive in (sdist, wheel):
        look_into(archive)
    for python in pythons:
        for archive in (wheel, sdist):
            install(python, archive)
    print("This can be released.")


def run(*command: str | Path, cwd: Path = ROOT, path: str | None = None) -> str:
    """Run a command without settings of the caller's; stop with its output where it fails."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"))
    }
    if path is not None:
        environment["PATH"] = path
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def archives(folder: Path) -> tuple[Path, Path]:
    """Return the one sdist and the one wheel of a folder."""
    (sdist,) = folder.glob("*.tar.gz")
    (wheel,) = folder.glob("*.whl")
    return sdist, wheel


def look_into(archive: Path) -> None:
    """Check size, contents, licences and that nothing names where it was built."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            names = set(opened.namelist())
    else:
        with tarfile.open(archive) as opened:
            names = {name.partition("/")[2] for name in opened.getnames()}
    licences = {Path(name).name for name in names} & {"LICENSE", "NOTICE"}
    missing = [*(set(WANTED) - names), *({"LICENSE", "NOTICE"} - licences)]
    if missing:
        sys.exit(f"{archive.name} lacks {', '.join(sorted(missing))}")
    unwanted = [name for name in names if re.search(r"node_modules/|\.pyc$|/\.venv|\.map$", name)]
    if unwanted:
        sys.exit(f"{archive.name} holds {', '.join(sorted(unwanted)[:5])}")
    size = archive.stat().st_size
    if size > LARGEST:
        sys.exit(f"{archive.name} has {size:,} bytes, more than {LARGEST:,}")
    print(f"{archive.name}: {size:,} bytes, {len(names)} files")


def install(python: str, archive: Path) -> None:
    """Install into a clean environment, ask the doctor, write a log and read it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(python, "-m", "venv", folder / "env")
        scripts = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
        # An sdist carries what is built: no Node.js is on this PATH.
        alone = os.pathsep.join([str(scripts), *("/usr/bin", "/bin")])
        pip = (scripts / "python", "-m", "pip", "install", "--quiet")
        # A kernel's package is what whoever runs notebooks has; nbboard does not ask for one.
        run(*pip, archive, "ipykernel", cwd=folder, path=alone)
        said = run(scripts / "nbboard", "doctor", cwd=folder, path=alone)
        if re.search(r"(?m)^fail ", said):
            sys.exit(f"The doctor of {archive.name} with {python}:\n{said}")
        (folder / "logs").mkdir()
        for code in (WRITE, READ):
            run(scripts / "python", "-c", code, folder / "logs", cwd=folder, path=alone)
        version = run(scripts / "python", "--version").strip()
    print(f"{archive.name}: installed, well and reading with {version}")


if __name__ == "__main__":
    main()
