"""What every view is: options, data, a live widget and its static twin."""

from __future__ import annotations

import base64
import time
from collections.abc import Hashable, Iterable, Mapping
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from nbboard.errors import NbboardError, UsageError
from nbboard.views import page
from nbboard.views.code import code_of, source_code
from nbboard.views.live import LiveWidget
from nbboard.views.output import display_in_two_steps, display_picture, takes_updates
from nbboard.views.remember import cell_key, recall
from nbboard.views.run_list import RunList, run_list_of
from nbboard.views.shared.options import (
    check_options,
    describe_values,
    option,
    option_schema,
    refuse_unknown,
)
from nbboard.views.shared.references import check_names, check_pattern, check_rule

if TYPE_CHECKING:
    import os

    import pandas as pd
    from matplotlib.figure import Figure

    from nbboard.logdir import LogDir

__all__ = ["VIEW_MIME", "View", "module"]

#: Tells the JupyterLab extension: the live widget if its model is there, else the picture.
VIEW_MIME = "application/vnd.nbboard.view+json"
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"


def module(name: str) -> Path:
    """Return the path of a built browser module, ``nbboard/static/<name>.js``."""
    path = Path(__file__).parent.parent / "static" / f"{name}.js"
    if not path.exists():
        message = f"{path} is missing: build the browser side with `npm run build` in labextension/"
        raise NbboardError(message)
    return path


class View(LiveWidget):
    """An interactive view of a collection (``log.scalars``, ...) or a whole log.

    A view of a kind is a subclass with the name of the kind, its browser module and
    its options as traits made by :func:`~nbboard.views.shared.options.option`; it overrides
    :meth:`draw`, :attr:`data`, and of :class:`~nbboard.views.live.LiveWidget`
    :meth:`payload` and, where it can, :meth:`news` and :meth:`answer`.

    Parameters
    ----------
    source
        The collection or log to show.
    **options
        Options of this view, or of the run list (``palette``, ``colors``,
        ``color_by``, ``group_by``, ``run_filter``).

    Raises
    ------
    OptionError
        For an option that there is not, or a value that it cannot have, with the nearest
        right one.
    """

    #: Name of the kind, of the entry point and of the browser module.
    kind: ClassVar[str] = ""

    #: What a figure takes beside the options, with what holds where it is not given.
    figure_options: ClassVar[Mapping[str, Any]] = {}
    #: Whether its tab counts :attr:`n_items` instead of series.
    counts_items: ClassVar[bool] = False

    # Set on the class, because traits are set before the end of __init__.
    _made = False
    #: Where it is displayed; see :mod:`nbboard.views.remember`.
    _place: Hashable = None

    theme = option(
        traitlets.Enum(["auto", "light", "dark"], default_value="auto"),
        "Colours: those of the host (auto), light or dark.",
    )

    n_items = traitlets.Int(None, allow_none=True)
    "How many things the view has, where that is not the number of its series."

    embedded = traitlets.Bool(default_value=False).tag(sync=True)
    "Set by the board, which has the bar and the run list for all its views."

    _options = traitlets.Dict().tag(sync=True)
    "What the page knows of the options: default, limits, choices and help of each."

    _code = traitlets.Dict().tag(sync=True)
    "For the line that makes this view: where it looks, and the names of its options."

    _selection = traitlets.Dict().tag(sync=True)
    "What a person picked out; set by the page."

    def __init__(self, source: Any, **options: Any) -> None:
        options = self.checked(source, options)
        known = self.option_names()
        self.source = source
        logdir: LogDir = getattr(source, "log", source)
        run_list = run_list_of(logdir)
        own = {name: value for name, value in options.items() if name in known}
        for name, value in options.items():
            if name not in own:
                setattr(run_list, RunList.OPTIONS[name], value)
        self.given = options
        code = {"source": source_code(source), "options": list(known)}
        schema = option_schema(type(self))
        super().__init__(logdir, run_list, _options=schema, _code=code, **own)
        self._made = True

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an option as ``.view()`` would; refuse a name that is nothing of this view."""
        if self._made and not name.startswith("_"):
            if self.has_trait(name) and self.trait_metadata(name, "option"):
                value = self.checked(self.source, {name: value})[name]
            elif name not in self.__dict__ and not hasattr(type(self), name):
                refuse_unknown([name], self.option_names(), self.kind)
        super().__setattr__(name, value)

    # ------------------------------------------------------------ to be overridden

    @classmethod
    def draw(cls, source: Any, **options: Any) -> Figure:
        """Return a ``matplotlib.figure.Figure`` of a collection, with a view's options."""
        raise NotImplementedError

    @property
    def data(self) -> pd.DataFrame:
        """The data on screen now, as a pandas DataFrame."""
        raise NotImplementedError

    def figure(self, **changes: Any) -> Figure:
        """Return what is on screen as a ``matplotlib.figure.Figure``.

        Parameters
        ----------
        **changes
            Options that the figure has instead of the view's.
        """
        return self.draw(self.source, **{**self.options, **changes})

    def picture(self) -> Figure:
        """Return a figure for saved notebooks: quicker than one for a paper, and smaller.

        The cell's output waits for it.
        """
        return self.figure()

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse options that name what the log does not have.

        Parameters
        ----------
        log
            The whole log, whatever was selected of it.
        options
            What was given, of the right types.

        Raises
        ------
        OptionError
            With the nearest name that there is.
        """
        if "run_filter" in options:
            check_pattern("run_filter", options["run_filter"])
        if "color_by" in options:
            check_rule("color_by", options["color_by"], log, ("run",))
        if "group_by" in options:
            check_rule("group_by", options["group_by"], log, ("", "seed"))
        if "colors" in options:
            check_names("colors", options["colors"], log.runs, "run")
        for name in ("hidden_runs", "checked_runs"):
            check_names(name, options.get(name) or (), log.runs, "run")

    # ------------------------------------------------------------ for everybody

    @classmethod
    def checked(
        cls, source: Any, options: Mapping[str, Any], also: Iterable[str] = ()
    ) -> dict[str, Any]:
        """Return options as this view takes them; every door goes through here.

        Parameters
        ----------
        source
            The collection or log that they are for.
        options
            What was given.
        also
            What a figure takes besides, which is passed on as it is.

        Raises
        ------
        OptionError
            For a name or a value that is wrong, with the nearest right one.
        """
        taken = check_options(cls, options, also)
        cls.check_references(getattr(source, "log", source), taken)
        return taken

    @classmethod
    def option_names(cls) -> tuple[str, ...]:
        """Return the names of the options of this view."""
        return tuple(sorted(cls.class_traits(option=True)))

    @classmethod
    def option_traits(cls) -> dict[str, tuple[Any, ...]]:
        """Return the traits that may take each option: those of the view and of the run list."""
        shared = {name: (RunList.class_traits()[of],) for name, of in RunList.OPTIONS.items()}
        return {
            **shared,
            **{name: (trait,) for name, trait in cls.class_traits(option=True).items()},
        }

    @classmethod
    def signature(cls, *, figure: bool) -> Signature:
        """Return the keywords of ``.view()`` or ``.figure()`` with their defaults."""
        defaults = {name: traits[0].default() for name, traits in cls.option_traits().items()}
        if figure:
            defaults |= cls.figure_options
        keyword = Parameter.KEYWORD_ONLY
        return Signature([Parameter(name, keyword, default=d) for name, d in defaults.items()])

    @classmethod
    def option_help(cls) -> str:
        """Return a line or two on each option: what it takes, and what it means."""
        lines = ["Options", "-------"]
        for name, traits in cls.option_traits().items():
            takes = " or ".join(dict.fromkeys(describe_values(trait) for trait in traits))
            meaning = next((str(trait.help) for trait in traits if trait.help), "")
            lines += [name, f"    {meaning} It takes {takes}." if meaning else f"    {takes}."]
        return "\n".join(lines)

    @property
    def options(self) -> dict[str, Any]:
        """The options as they are now, by name."""
        return {name: getattr(self, name) for name in self.option_names()}

    @property
    def code(self) -> str:
        """The line of Python that makes this very view, as it is on screen."""
        return code_of(self)

    def begin(self) -> None:
        """Begin to be on screen, as the view that stood there when the cell ran before."""
        if not self._displayed:
            if self._place is None:
                self._place = cell_key(self)
            recall(self, self._place)
        super().begin()

    @property
    def selection(self) -> Any:
        """What a person picked out in the page: runs and points."""
        return dict(self._selection)

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that this view has data of."""
        return tuple(self.source.runs)

    @property
    def shown_runs(self) -> list[str]:
        """Those of its runs that are checked and pass the filter."""
        return self.run_list.shown(self.runs)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the view into one HTML file that works offline, with its data in it.

        Parameters
        ----------
        path
            The file to write.

        Returns
        -------
        pathlib.Path
            That file.

        Raises
        ------
        UsageError
            If the name is not that of an HTML file: a picture is saved by
            ``.figure().savefig(...)``.
        """
        from nbboard.views.report import write_report

        place = Path(path).expanduser()
        if place.suffix.lower() not in {".html", ".htm"}:
            raise UsageError(
                f"a view is saved as .html, not as {place.name!r};"
                " .figure().savefig(...) saves it as a picture, .data as a table"
            )
        return write_report(self, place)

    def embed(self, *, in_sight: bool) -> None:
        """Be part of a board, which has the bar and the run list."""
        self.embedded = True
        self._visible = in_sight

    def __repr__(self) -> str:
        """Say what the view shows, in one line."""
        return f"{self.kind} view of {repr(self.source).splitlines()[0]}"

    def _ipython_display_(self) -> None:
        lacking = page.lack()
        if lacking is not None:
            bundle = {mime: data for mime, data in self._bundle().items() if mime != WIDGET_MIME}
            display_picture(bundle, self._picture(), lacking)
            return
        if not takes_updates():
            raise NotImplementedError  # IPython then asks for the bundle, as one message
        self.begin()
        display_in_two_steps(self._bundle(), self._picture)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        if page.lack() is not None:
            data, metadata = self._picture()
            return {"text/plain": repr(self), **data}, metadata
        self.begin()
        picture, metadata = self._picture()
        # Colab wants to know where its widget manager is; anywidget says it.
        _, colab = super()._repr_mimebundle_() or ({}, {})
        return {**self._bundle(), **picture}, {**colab, **metadata}

    def _bundle(self) -> dict[str, Any]:
        """Return what stands in the cell's output, but for the picture."""
        return {
            "text/plain": repr(self),
            VIEW_MIME: {"version": 1, "kind": self.kind, "model_id": self.model_id},
            WIDGET_MIME: {"version_major": 2, "version_minor": 0, "model_id": self.model_id},
        }

    def _picture(self) -> tuple[dict[str, str], dict[str, Any]]:
        """Draw the picture that stands in for the view where there is no kernel.

        Pages without widgets show it and nothing else, so it says itself what it is.

        Returns
        -------
        dict
            Data by MIME type; none if it could not be drawn.
        dict
            Metadata by MIME type: what nbconvert says of it to those who do not see it.
        """
        self.complete()  # the live view comes first
        try:
            from nbboard.views.paper import png_with_note

            # As the page writes it (labextension/src/lab/saved/sketch.ts).
            note = time.strftime(
                "Picture of the live view as it was on %Y-%m-%d at %H:%M; run the cell to make it live."
            )
            png = png_with_note(self.picture(), note)
        except Exception as error:  # noqa: BLE001 - the live view matters more than its picture
            self.log_failure("could not draw the picture for saved notebooks", error)
            return {}, {}
        data = {"image/png": base64.b64encode(png).decode()}
        return data, {"image/png": {"alt": f"{self!r}. {note}"}}
