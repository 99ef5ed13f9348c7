"""The widget: which profile is shown, read on a thread, and what the page asks of it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import traitlets

from nbboard.errors import LogdirError, NbboardError
from nbboard.kinds.profile.read import Reading
from nbboard.kinds.profile.trace import PS_PER_US
from nbboard.views.base import View, module
from nbboard.views.profile.windows import pack_window
from nbboard.views.profile.wire import pack_host, pack_span, pack_table
from nbboard.views.shared.options import option
from nbboard.views.shared.references import check_parts, check_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

    from nbboard.kinds.profile.collection import Profiles
    from nbboard.kinds.profile.host import Host
    from nbboard.kinds.profile.profile import Profile
    from nbboard.logdir import LogDir

__all__ = ["ProfileView"]

#: What is no longer than this many bytes is read before the view appears.
READ_AT_ONCE = 4 << 20
#: Seconds between two words on how far reading is.
_SAY_EVERY = 0.25

_TABS = ["operators", "kernels", "modules", "steps", "memory", "ranks", "changes"]


class ProfileView(View):
    """A profile: what is slow and why, where the step's time goes, tables, the trace.

    Examples
    --------
    >>> view = log.profile.view(run="train", search="conv")
    >>> view.data                 # the operators, a DataFrame
    """

    kind = "profile"
    _esm = traitlets.Unicode().tag(sync=True)

    #: Inches, and how many operators at most.
    figure_options = dict.fromkeys(("width", "most"))

    run = option(
        traitlets.Unicode(""),
        "The run whose profile is shown; the last that has one if empty.",
    )
    session = option(
        traitlets.Unicode(""),
        "The session of profiling; the latest of the run if empty.",
    )
    host = option(
        traitlets.Unicode(""),
        "The host or rank; the one with the slowest steps if empty.",
    )
    compare = option(
        traitlets.List(traitlets.Unicode(), maxlen=2),
        "Run and session of an earlier profile to compare with; none if empty.",
    )
    tab = option(
        traitlets.Enum(_TABS, default_value="operators"),
        "The table below the trace.",
    )
    sort = option(
        traitlets.Unicode(""),
        "The column that the table is sorted by, with - before it descending; its own order if empty.",
    )
    search = option(
        traitlets.Unicode(""),
        "A regular expression: rows that match are listed, their spans stand out, counted and summed.",
    )
    height = option(
        traitlets.Int(720, min=0),
        "The greatest height in CSS pixels; 0 for no limit.",
    )

    def __init__(self, source: Profiles, **options: Any) -> None:
        self._stop = threading.Event()
        self._reader: threading.Thread | None = None
        self._reading: dict[str, Any] | None = None
        self._failure = ""
        # What the page was told last: which sessions there are, and what of them is shown.
        self._sent: tuple[Any, ...] = ()
        super().__init__(source, **options)
        self.observe(self._chosen, ["run", "session", "host", "compare"])

    @traitlets.default("_esm")
    def _module(self) -> str:
        return module(self.kind).read_text("utf-8")

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse runs and sessions that the log does not have, and no regular expressions."""
        super().check_references(log, options)
        check_parts(options, ("run", "session"), "compare", log.profile.sessions)
        if "search" in options:
            check_pattern("search", options["search"])

    # ------------------------------------------------------------ what is shown

    def _key(self) -> tuple[str, str] | None:
        """Return run and session of what is shown; None if there is nothing."""
        sessions = self.source.sessions
        mine = [key for key in sessions if key[0] == self.run] if self.run else list(sessions)
        named = [key for key in mine if key[1] == self.session] if self.session else mine
        return named[-1] if named else None

    @property
    def profile(self) -> Profile:
        """The profile that is shown.

        Raises
        ------
        LogdirError
            If there is none.
        """
        key = self._key()
        if key is None:
            wanted = "/".join(part for part in (self.run, self.session) if part)
            known = ", ".join("/".join(one) for one in self.source.sessions[:8]) or "none"
            raise LogdirError(f"no profile {wanted or 'here'}; there is {known}")
        profile: Profile = self.source[key]
        return profile

    @property
    def _shown_host(self) -> Host:
        return self.profile.host(self.host or None)

    @property
    def data(self) -> pd.DataFrame:
        """The operators of the host that is shown, those with the most time first; or nothing."""
        import pandas as pd

        from nbboard.logdir import table as tables

        table: pd.DataFrame = pd.DataFrame()
        if self.source.sessions:
            table = tables.to_pandas(self._shown_host.operators)
        return table

    @property
    def selection(self) -> pd.DataFrame:
        """The spans that were selected in the trace: those within the range, or the one."""
        frame: pd.DataFrame = self.profile.spans.to_pandas()
        frame = frame.loc[frame["host"] == self._shown_host.name]
        chosen = dict(self._selection)
        if "begin" in chosen:
            ends = frame["start_us"] + frame["duration_us"]
            inside = (frame["start_us"] >= chosen["begin"]) & (ends <= chosen["end"])
            frame = frame.loc[inside]
        elif "span" in chosen:
            frame = frame.iloc[[int(chosen["span"])]]
        else:
            frame = frame.iloc[:0]
        return frame

    # ------------------------------------------------------------ reading

    def _chosen(self, _: Any) -> None:
        """Show another profile: the one that is being read meanwhile is of no use."""
        self._stop.set()
        if self._sent:
            self.push()

    def _loaded(self) -> Profile | None:
        """Return the profile if it is read; if not, have a thread read it."""
        try:
            profile = self.profile
        except LogdirError as error:
            self._failure = str(error) if self.source.sessions else ""
            return None
        if profile.is_read:
            self._reading = None
            return profile
        if profile.size() <= READ_AT_ONCE:
            profile.read(Reading())
            return profile
        if self._reader is None or not self._reader.is_alive():
            self._stop = threading.Event()
            self._reading = {"done": 0, "total": profile.size()}
            self._reader = threading.Thread(
                target=self._read, args=(profile, self._stop), name="nbboard-profile", daemon=True
            )
            self._reader.start()
        return None

    def _read(self, profile: Profile, stop: threading.Event) -> None:
        said = time.monotonic()

        def progress(done: int, total: int) -> None:
            nonlocal said
            if time.monotonic() - said >= _SAY_EVERY:
                said = time.monotonic()
                self._reading = {"done": done, "total": total}
                self._say_reading()

        try:
            profile.read(Reading(progress, stop.is_set))
        except Exception as error:  # noqa: BLE001 - told in the page
            self._failure = str(error)
        self._reader = None
        self._reading = None
        self.push()

    def _say_reading(self) -> None:
        if self.comm is not None:
            self._send_content("news", {"reading": self._reading})

    # ------------------------------------------------------------ to and from the page

    def outline(self) -> Mapping[str, Any] | None:
        """Return the sessions; what is in them follows."""
        return {"sessions": self._sessions(), "reading": {"done": 0, "total": 0}}

    def payload(self) -> Mapping[str, Any]:
        """Return the profile that is shown, if it is read; how far reading is if not."""
        return self._content()

    def fuller_payload(self) -> Mapping[str, Any]:
        """Return the same for a file, read to its end."""
        if self._key() is not None:
            self.profile.read(Reading())
        return self._content()

    def news(self) -> Mapping[str, Any] | None:
        """Return what is shown if that is something else than before."""
        self.n_items = len(self.source)
        return None if self._state() == self._sent else self._content()

    def _state(self) -> tuple[Any, ...]:
        key = self._key()
        read = key is not None and self.source[key].is_read
        return (self.source.sessions, key, read, self.host, tuple(self.compare), self._failure)

    def _content(self) -> dict[str, Any]:
        self._failure = ""
        profile = self._loaded()
        content: dict[str, Any] = {
            "sessions": self._sessions(),
            "reading": self._reading if profile is None else None,
            "profile": None,
            "hosts": [],
        }
        key = self._key()
        content["chosen"] = list(key) if key is not None else None
        if profile is not None:
            try:
                host = self._shown_host
                content["hosts"] = [one.name for one in profile.hosts]
                content["host"] = host.name
                content["profile"] = pack_host(profile, host)
                content["comparison"] = self._comparison(profile)
            except NbboardError as error:
                self._failure = str(error)
        content["failure"] = self._failure
        self._sent = self._state()
        return content

    def _comparison(self, profile: Profile) -> dict[str, Any] | None:
        if len(self.compare) != 2 or tuple(self.compare) not in self.source:
            return None
        before = self.source[tuple(self.compare)]
        host = before.host()
        steps = host.steps
        return {
            "before": list(self.compare),
            "sentence": host.verdict.sentence,
            "mean_us": float(steps.duration.mean()) / PS_PER_US if steps else None,
            "shares": steps.shares.tolist() if steps else None,
            "operators": pack_table(before.compare(profile).table()),
            "kernels": pack_table(before.compare(profile, "kernels").table()),
        }

    def _sessions(self) -> list[list[str]]:
        return [list(key) for key in self.source.sessions]

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``window`` (finer spans), ``span`` (all of one) or ``stop`` (reading)."""
        if method == "stop":
            self._stop.set()
            return {}
        host = self._shown_host
        if host.trace is None:
            raise NbboardError("this profile has no time line")
        if method == "window":
            begin, end = (round(float(params[name]) * PS_PER_US) for name in ("begin", "end"))
            bins = min(max(int(params["bins"]), 1), 8192)
            return pack_window(host.trace, host.roles, begin, end, bins)
        if method == "span":
            span = int(params["id"])
            if not 0 <= span < len(host.trace.spans):
                raise NbboardError(f"there is no span {span:,}")
            return pack_span(host.trace, span)
        return super().answer(method, params)

    def close(self) -> None:
        """Stop reading, following and drawing."""
        self._stop.set()
        super().close()

    @property
    def runs(self) -> tuple[str, ...]:
        """Nothing: a profile is chosen from a list of its own, not by checking runs."""
        return ()

    # ------------------------------------------------------------ figures

    def figure(self, **changes: Any) -> Figure:
        """Return what is on screen as a ``matplotlib.figure.Figure``; see :meth:`draw`."""
        return self.draw(self.source, **{**self.options, **changes})

    def picture(self) -> Figure:
        """Return the figure for saved notebooks: of a long profile, only once it is read."""
        key = self._key()
        if key is not None:
            profile = self.source[key]
            if not profile.is_read and profile.size() > READ_AT_ONCE:
                from nbboard.views.profile.figure import draw_sentence

                return draw_sentence("This profile was still being read when its picture was taken")
        return self.figure(most=12)

    @classmethod
    def draw(cls, source: Profiles, **options: Any) -> Figure:
        """Return the time of a step by role above, the operators with the most time below.

        Parameters
        ----------
        source
            ``log.profile`` or a selection.
        **options
            Options of the view; ``width`` in inches; ``most``: so many operators (20).
        """
        from nbboard.views.profile.figure import draw_profile

        options = cls.checked(source, options, cls.figure_options)
        size = {name: options[name] for name in cls.figure_options if name in options}
        shown = {name: options.get(name) for name in ("run", "session", "host", "search")}
        return draw_profile(_find(source, shown), str(shown["host"] or ""), **size)


def _find(source: Profiles, shown: Mapping[str, Any]) -> Profile | None:
    sessions = [
        key
        for key in source.sessions
        if shown["run"] in {None, "", key[0]} and shown["session"] in {None, "", key[1]}
    ]
    return source[sessions[-1]] if sessions else None
