"""The command line, run as a process of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

import nbboard
from nbboard import cli
from nbboard.logdir import listing
from tests.logdir.conftest import logs, png  # noqa: F401 - fixtures
from tests.views.reports import unpacked


@pytest.fixture
def run(capsys):
    """Return a function that runs a command and returns its code, output and errors."""

    def run(*arguments):
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as error:
            code = error.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def folder(logs, png):  # noqa: F811
    """Return a folder with two runs."""
    logs.scalars("run_a", "loss", [1.0, 0.5])
    logs.scalars("run_a", "acc", [0.25])
    logs.scalars("run_b", "loss", [2.0])
    logs.images("run_b", "picture", [png(9)])
    return logs.root


def test_ls_is_a_readable_table(run, folder):
    """One line a run: series of each kind, points, last update; then the sums."""
    code, out, err = run("ls", folder)

    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["run", "scalars", "images", "points", "last", "update"]
    assert lines[1].split()[:3] == ["run_a", "2", "3"]
    assert lines[2].split()[:4] == ["run_b", "1", "1", "2"]
    assert "1970-01-01" in lines[1]
    assert lines[-1] == "2 runs, 4 series, 5 points"


def test_runs_is_a_table_that_is_filtered_and_sorted(run, folder):
    """What came of each run; how many there are besides; a wrong column is told with the near one."""
    code, out, err = run("runs", folder, "--where", "loss > 0.6", "--sort=-loss")
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines == [["run", "loss", "acc"], ["run_b", "2"], ["1", "of", "2", "runs"]]

    assert run("runs", folder, "--sort", "los")[0] == 2
    assert "did you mean 'loss'" in run("runs", folder, "--columns", "los")[2]
    assert "no run fulfils" in run("runs", folder, "--where", "loss > 5")[2]


def test_ls_fits_a_narrow_terminal(folder, logs, png):  # noqa: F811
    """Kinds are added up before names are shortened; the age is enough of a date."""
    name = "units=64,dropout=0.4,optimizer=adam"
    for kind in ("one", "two"):
        logs.scalars(name, kind, [1.0])
        logs.images(name, kind, [png(9)])
    log = nbboard.open(folder, progress=False)
    wide, narrow = (listing.list_runs(log, log.runs, width) for width in (200, 72))
    tiny = listing.list_runs(log, log.runs, 40).splitlines()

    assert wide.splitlines()[0].split()[:3] == ["run", "scalars", "images"]
    assert narrow.splitlines()[0].split()[:3] == ["run", "scalars", "other"]
    assert name in narrow
    assert narrow.splitlines()[-1].split()[1:4] == ["2", "2", "4"]
    assert max(map(len, narrow.splitlines())) <= 72
    assert tiny[-1].startswith("...")
    assert "=adam" in tiny[-1]


def test_ls_series(run, folder):
    """Every series with its kind, points, steps and last value, of the runs that match."""
    code, out, _ = run("ls", folder, "--series", "--runs", "A$")

    assert code == 0
    assert [line.split() for line in out.splitlines()[1:-1]] == [
        ["run_a", "scalars", "acc", "1", "0", "0", "0.25"],
        ["run_a", "scalars", "loss", "2", "0", "1", "0.5"],
    ]


def test_ls_series_fits_a_terminal(folder, logs):  # noqa: F811
    """A run's series stand together; long names lose their beginnings, wide letters count twice."""
    logs.scalars("run_a", "a/very/long/tag/that/says/everything/about/itself/accuracy", [1.0])
    logs.text("run_a", "損失", "x")
    log = nbboard.open(folder, progress=False)

    lines = listing.list_series(log, log.runs, 80).splitlines()

    assert [line.split()[1] for line in lines[1:]] == [
        *("scalars", "scalars", "scalars", "text"),
        *("scalars", "images"),
    ]
    assert max(map(len, lines)) == 80
    shown = lines[1].split()[2]
    assert shown.startswith("...")
    assert shown.endswith("/accuracy")
    assert lines[4].index("1") == lines[1].index("  1  ")


def test_ls_tells_problems(run, folder):
    """Damage is counted per run and listed on request."""
    bad = folder / "run_a" / "events.out.tfevents.9"
    bad.write_bytes(b"no event file at all")

    code, out, _ = run("ls", folder, "--problems")

    assert code == 0
    assert out.splitlines()[0].split()[-3:] == ["problems", "last", "update"]
    assert "1 problem, 20 bytes lost" in out
    assert str(bad) in out.splitlines()[-1]
    code, out, err = run("ls", folder)
    assert (code, err) == (0, "nbboard: --problems lists what was damaged or skipped\n")
    assert "problem" not in run("ls", folder, "--runs", "run_b")[1]


def test_several_logdirs_at_once(run, folder, tmp_path):
    """What a shell makes of a pattern: every folder prefixes its runs."""
    _, out, _ = run("ls", folder / "run_a", folder / "run_b")
    assert [line.split()[0] for line in out.splitlines()[1:3]] == ["run_a", "run_b"]

    assert run("export", folder / "run_a", folder / "run_b", tmp_path / "t.csv")[0] == 0
    assert len((tmp_path / "t.csv").read_text().splitlines()) == 5
    assert run("ls", folder, folder)[::2] == (
        1,
        f"nbboard: the same logdir was given twice: {folder}, {folder}\n",
    )


def test_a_name_cannot_command_the_terminal(run, logs):  # noqa: F811
    """Control characters of tags are shown as codes."""
    logs.scalars("run", "x\x1b[31m\r\u202ey", [1.0])

    _, out, _ = run("ls", logs.root, "--series")

    assert "x\\x1b[31m\\r\\u202ey" in out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ls", "{}/nowhere"], 1, "nbboard: {}/nowhere: there is no such folder"),
        (["ls", "{}", "--runs", "zzz"], 1, "nbboard: no run matches 'zzz': there are 2"),
        (["ls", "{}", "--runs", "("], 2, "is not a regular expression"),
        (["export", "{}", "x.csv", "--kind", "audio"], 1, "has no audio; it has scalars, images"),
        (["export", "{}", "x.csv", "--tags", "zzz"], 1, "no scalars match tags='zzz'; tags: "),
        (["export", "{}", "x.csv", "--kind", "image"], 1, "has no image; did you mean images?"),
        (["plot", "{}", "-o", "x.doc"], 2, "x.doc: figures are written as .png, .svg, .pdf"),
        (["plot", "{}", "--dpi", "0"], 2, "--dpi is from 10 to 2400, not 0"),
        (["plot", "{}", "--smoothing", "60"], 2, "takes a number from 0 to 0.999, not 60"),
        (["plot", "{}", "--smothing", "0.6"], 2, "did you mean --smoothing?"),
        (["plot", "{}", "--tag", "loss"], 2, "did you mean --tags?"),
        (["plot", "{}", "--x", "epoch"], 2, "x='epoch': there is no such axis or tag"),
        (["plot", "{}", "--band"], 2, "--band needs a value"),
        (["plot", "{}", "--live", "x"], 2, "'x' belongs to no flag"),
        (["plot", "{}", "--legend", "top"], 2, "legend is one of 'right', 'below'"),
        (["plot", "{}", "--width", "wide"], 2, "width is 'column', 'page' or inches"),
        (["plot", "{}", "--labels", "nobody=x"], 2, "labels names 'nobody', which is not drawn"),
        (["plot", "{}", "--columns", "0"], 2, "columns is a whole number from 1 on, not 0"),
        (["report", "{}", "-o", "x.pdf"], 2, "a view is saved as .html, not as 'x.pdf'"),
        (["report", "{}", "--kind", "text"], 1, "has no text; it has scalars, images"),
        (["report", "{}", "--live=maybe"], 2, "takes true or false, not 'maybe'"),
        (["export", "{}", "x.xlsx"], 2, "x.xlsx: tables are written as .csv or .parquet"),
        (["export", "{}", "folder"], 2, "scalars are not files: export them as .csv or .parquet"),
        (["export", "{}", "{}/no/such/x.csv"], 1, "{}/no/such/x.csv: no such file or directory"),
        (["export", "{}", "{}/no/x.parquet"], 1, "{}/no/x.parquet: no such file or directory"),
        (["plot", "{}", "--kind", "scalars", "--set", "x"], 2, "OPTION=VALUE"),
        (["nonsense"], 2, "invalid choice"),
    ],
)
def test_errors_are_one_line_and_a_code(run, folder, arguments, code, message):
    """What cannot be done is said in a line: 1 if it failed, 2 if it was asked wrongly."""
    result, out, err = run(*(text.replace("{}", str(folder)) for text in arguments))

    assert (result, out) == (code, "")
    assert message.replace("{}", str(folder)) in err
    assert "Traceback" not in err
    if err.startswith("nbboard: "):
        assert len(err.splitlines()) == 1


def test_an_empty_folder_is_no_error(run, tmp_path):
    """A folder without event files is listed as such."""
    assert run("ls", tmp_path) == (0, f"no event files yet below {str(tmp_path)!r}\n", "")


def test_export_of_a_table(run, folder, tmp_path):
    """Points go into CSV or Parquet, or CSV on the output."""
    code, out, _ = run("export", folder, "-", "--tags", "LOSS", "--runs", "a")
    assert (code, out.splitlines()[0]) == (0, "run,tag,step,wall_time,value")
    assert out.splitlines()[2].startswith("run_a,loss,1,")

    code, said, _ = run("export", folder, tmp_path / "t.csv", "--tags", "loss", "--runs", "a")
    assert code == 0
    assert said == f"{tmp_path / 't.csv'}: {len(out):,} bytes\n"
    assert (tmp_path / "t.csv").read_text() == out
    assert run("export", folder, tmp_path / "t.parquet")[0] == 0
    assert (tmp_path / "t.parquet").read_bytes()[:4] == b"PAR1"


def test_export_of_values(run, folder, tmp_path):
    """Images go into a folder, a file each."""
    code, out, _ = run("export", folder, tmp_path / "out", "--kind", "images")

    assert (code, out) == (0, f"{tmp_path / 'out'}: 1 file\n")
    assert (tmp_path / "out" / "run_b" / "picture" / "step-0-0.png").exists()


def test_export_of_projector_configurations(run, folder, tmp_path):
    """They are a table like all else: one row an embedding."""
    text = 'embeddings { tensor_name: "words" metadata_path: "m.tsv" }'
    (folder / "run_a" / "projector_config.pbtxt").write_text(text)

    assert run("export", folder, tmp_path / "p.csv", "--kind", "projector")[0] == 0
    assert (tmp_path / "p.csv").read_text().splitlines()[1:] == ["run_a,words,,m.tsv,,"]


def test_export_tells_problems_but_not_all_of_them(run, folder):
    """The first ten stand beside the table, on the error output; the rest is counted."""
    for number in range(15):
        (folder / "run_a" / f"events.out.tfevents.{number + 5}").write_bytes(b"no event file")

    code, out, err = run("export", folder, "-", "--tags", "acc")

    assert (code, len(out.splitlines()), len(err.splitlines())) == (0, 2, 11)
    assert err.splitlines()[-1] == (
        "nbboard: ... and 5 more problems: nbboard ls --problems lists them"
    )


def test_what_a_terminal_cannot_show(logs):  # noqa: F811
    """Letters beyond its encoding are codes in lists; a CSV has the same bytes as a file."""
    logs.scalars("ünï\udcff", "loss", [1.0])
    logs.scalars("ünï\udcff", "acc", [1.0])

    def said(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "nbboard", *arguments],
            env={**os.environ, "PYTHONIOENCODING": "latin-1"},
            capture_output=True,
            check=True,
        )
        assert done.stderr == b""
        return done.stdout.splitlines()

    assert b"\xfcn\xef\\udcff" in said("ls", logs.root)[1]
    assert said("export", logs.root, "-")[1].startswith("ünï".encode() + b"\xff,acc,0,")


@pytest.mark.parametrize("output", ["-", "table.csv"])
def test_exported_names_are_safe_for_spreadsheets_and_terminals(run, logs, tmp_path, output):  # noqa: F811
    """A name that could be a formula has an apostrophe, unless names are wanted as logged."""
    logs.scalars("=cmd|x", "a\x1b[31m", [-1.0])
    where = output if output == "-" else tmp_path / output

    def exported(*more):
        said = run("export", logs.root, where, *more)[1]
        return (said if output == "-" else where.read_text()).splitlines()[1]

    assert exported().startswith("'=cmd|x,a\\x1b[31m,0,")
    assert exported("--as-logged").startswith("=cmd|x,a\x1b[31m,0,")


def test_a_report_is_one_file_without_the_place_it_came_from(run, logs, tmp_path):  # noqa: F811
    """All kinds, or one, or some of its tags and runs; the file does not say where the logs lie."""
    for name in ("a", "b"):
        logs.scalars(name, "loss", [1.0, 0.5])
        logs.scalars(name, "acc", [1.0, 0.5])
    logs.file("a", "events.out.tfevents.2").write_bytes(b"no event file")
    everything, some = tmp_path / "all.html", tmp_path / "some.html"

    code, out, err = run("report", logs.root, "-o", everything)
    assert (code, out) == (0, f"{everything}: {everything.stat().st_size:,} bytes\n")
    assert "not an event file" in err
    assert run("report", logs.root, "-o", some, "--kind", "scalars", "--tags", "los", "--runs",
               "a", "--smoothing", "0.5")[0] == 0  # fmt: skip

    text = everything.read_text() + unpacked(everything)
    assert str(logs.root.parent) not in text
    assert "board of logs" in text
    assert "logs/a/events.out.tfevents.2" in text
    narrowed = unpacked(some)
    assert '"smoothing": 0.5' in narrowed
    assert '"acc"' not in narrowed


def test_restarts_on_the_command_line(run, logs):  # noqa: F811
    """Export has every point unless it is told otherwise."""
    logs.scalars("run", "loss", [1.0, 2.0], steps=[5, 3])

    assert len(run("export", logs.root, "-")[1].splitlines()) == 3
    assert len(run("export", logs.root, "-", "--restarts", "latest")[1].splitlines()) == 2


def test_plot_draws_a_figure(run, folder, tmp_path):
    """A figure is a file of the kind that its name says; unknown options are errors."""
    pytest.importorskip("nbboard.views.scalars")
    code, out, err = run("plot", folder, "-o", tmp_path / "f.png", "--smoothing", "0.5")

    assert (code, err) == (0, "")
    assert "bytes" in out
    assert (tmp_path / "f.png").read_bytes()[:4] == b"\x89PNG"
    assert run("plot", folder, "-o", tmp_path / "f.svg", "--x", "relative")[0] == 0
    code, _, err = run("plot", folder, "-o", tmp_path / "g.png", "--set", "smoothnig=0.5")
    assert code == 2
    assert "smoothing" in err


def test_the_command_is_installed(folder):
    """`python -m nbboard` is the command, quiet when its reader leaves early."""
    command = [sys.executable, "-m", "nbboard"]
    listed = subprocess.run([*command, "ls", folder], capture_output=True, text=True, check=False)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "2 runs, 4 series, 5 points" in listed.stdout

    with subprocess.Popen(
        [*command, "ls", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as early:
        early.stdout.close()
        assert early.stderr.read() == b""

    version = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("nbboard ")


def test_the_demo_and_the_doctor_have_their_own_parsers(run, monkeypatch):
    """`nbboard demo ARGUMENTS` hands its arguments on; errors stay one line."""
    heard = io.StringIO()
    monkeypatch.setitem(
        sys.modules["nbboard.cli.main"]._DELEGATED,
        "demo",
        lambda rest: print(rest, file=heard) or 0,
    )

    assert run("demo", "logs", "--epochs", 3)[0] == 0
    assert heard.getvalue() == "['logs', '--epochs', '3']\n"
    code, out, _ = run("--help")
    assert code == 0
    for command in ("ls", "export", "plot", "report", "demo", "doctor"):
        assert f"\n    {command} " in out
    assert run() == (0, out, "")
