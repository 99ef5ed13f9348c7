"""The widget: which embedding is shown at which step, and what the page asks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nbboard.errors import LogdirError, NbboardError
from nbboard.kinds.projector.neighbors import METRICS, nearest
from nbboard.views.base import View, module
from nbboard.views.projector.clouds import Cloud, Clouds, versions_of
from nbboard.views.projector.table import selected_rows, table_of
from nbboard.views.projector.wire import facts_id, pack_cloud, pack_column, pack_facts
from nbboard.views.shared.options import option, step_option
from nbboard.views.shared.references import check_names, check_pattern
from nbboard.views.shared.wire import size_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

    from nbboard.kinds.projector.collection import Projector
    from nbboard.kinds.projector.embedding import EmbeddingSeries
    from nbboard.logdir import LogDir

__all__ = ["ProjectorView"]

#: Points and steps for which both kinds of picture, sphereized or not, are sent.
_BOTH = 20_000
#: Neighbours that a page may ask for at once.
_MOST_ASKED = 2_000_000


class ProjectorView(View):
    """Embeddings as clouds of points: principal components, t-SNE, UMAP, over steps.

    Examples
    --------
    >>> view = log.projector.view(color="label", dimensions=2)
    >>> view.data                 # the points on screen, a DataFrame
    >>> view.selection            # those that were picked
    """

    kind = "projector"
    _esm = traitlets.Unicode().tag(sync=True)

    #: Inches of a figure.
    figure_options = dict.fromkeys(("width",))

    run = option(
        traitlets.Unicode(""),
        "The run whose embedding is shown; the first that has one if empty.",
    )
    tag = option(
        traitlets.Unicode(""),
        "The embedding that is shown; the first of the run if empty.",
    )
    step = step_option("The step that is shown: the nearest at or below; None follows the last.")
    beside = option(
        traitlets.List(traitlets.Unicode(), maxlen=2),
        "Run and tag of a second embedding beside the first; what is selected in one is marked in"
        " the other. None if empty.",
    )
    method = option(
        traitlets.Enum(["pca", "tsne", "umap"], default_value="pca"),
        "How points are placed: along principal components, by t-SNE, or by UMAP, which begin"
        " when they are told to.",
    )
    dimensions = option(
        traitlets.Int(2, min=2, max=3), "Whether the picture is flat (2) or has depth (3)."
    )
    sphereize = option(
        traitlets.Bool(default_value=False),
        "Whether the mean is subtracted and each vector made of length one first, as TensorBoard"
        " does.",
    )
    align = option(
        traitlets.Bool(default_value=True),
        "Whether the picture of each step is turned onto that of the step before.",
    )
    color = option(
        traitlets.Unicode("", allow_none=True),
        "The column of the metadata that colours the points; chosen if empty, none if None.",
    )
    scale = option(
        traitlets.Enum(["auto", "categories", "scale"], default_value="auto"),
        "Whether numbers are coloured as categories or along a scale.",
    )
    label = option(
        traitlets.Unicode("", allow_none=True),
        "The column of the metadata that names the points; the first if empty, none if None.",
    )
    marks = option(
        traitlets.Enum(["points", "labels", "pictures"], default_value="points"),
        "What stands for a point: a dot, its name beside it, or its picture; where there is room.",
    )
    contours = option(
        traitlets.Bool(default_value=False),
        "Whether lines of equal density are drawn.",
    )
    search = option(
        traitlets.Unicode(""),
        "Points that are looked for: a regular expression, or a condition such as 'age > 30'.",
    )
    metric = option(
        traitlets.Enum(list(METRICS), default_value="cosine"),
        "How neighbours among all dimensions are found.",
    )
    neighbors = option(
        traitlets.Int(10, min=1, max=100), "How many nearest neighbours of a point are listed."
    )
    preload = option(
        traitlets.Int(16, min=0, max=1024),
        "Megabytes of other steps sent ahead of need, so that the slider moves while a cell runs.",
    )
    height = option(
        traitlets.Int(560, min=120),
        "The height in CSS pixels.",
    )

    def __init__(self, source: Projector, **options: Any) -> None:
        self._clouds = Clouds()
        self._seen: tuple[int, dict[Any, EmbeddingSeries], dict[Any, list[str]]] | None = None
        self._failure = ""
        #: The versions of clouds, and the facts, that the page has.
        self._sent: set[tuple[Any, ...]] = set()
        self._sent_facts: set[str] = set()
        self._told: Any = None
        self._ahead = 0
        self._kept: dict[str, Any] | None = None
        super().__init__(source, **options)
        self.observe(self._chosen, ["run", "tag", "step", "sphereize", "align", "beside"])

    @traitlets.default("_esm")
    def _module(self) -> str:
        return module(self.kind).read_text("utf-8")

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse runs, tags and columns that the log does not have."""
        super().check_references(log, options)
        series = log.projector.series
        for name, place in (("run", 0), ("tag", 1)):
            if options.get(name):
                check_names(name, [options[name]], [key[place] for key in series], name)
        if options.get("beside"):
            known = ["/".join(key) for key in series]
            check_names("beside", ["/".join(options["beside"])], known, "run and tag")
        if options.get("search") and not any(sign in options["search"] for sign in "<>="):
            check_pattern("search", options["search"])

    # ------------------------------------------------------------ what is shown

    def _key(self, series: Mapping[tuple[str, str], EmbeddingSeries]) -> tuple[str, str] | None:
        """Return run and tag of what is shown; None if there is nothing."""
        for key in series:
            if self.run in {"", key[0]} and self.tag in {"", key[1]}:
                return key
        return None

    @property
    def embedding(self) -> EmbeddingSeries:
        """The embedding that is shown.

        Raises
        ------
        LogdirError
            If there is none.
        """
        series = self._series
        key = self._key(series)
        if key is None:
            wanted = "/".join(part for part in (self.run, self.tag) if part)
            known = ", ".join("/".join(one) for one in list(series)[:8]) or "none"
            raise LogdirError(f"no embedding {wanted or 'here'}; there is {known}")
        found: EmbeddingSeries = series[key]
        return found

    def _cloud(self) -> tuple[EmbeddingSeries, Cloud]:
        """Return what is shown; raises NbboardError where that cannot be."""
        series = self.embedding
        place = series.at(self.step)
        return series, self._clouds.get(series, place, sphereize=self.sphereize, align=self.align)

    @property
    def _series(self) -> dict[Any, EmbeddingSeries]:
        return self._look()[1]

    def _look(self) -> tuple[int, dict[Any, EmbeddingSeries], dict[Any, list[str]]]:
        """Return what there is, looked at once for each version of the log: files are asked."""
        log_version = self.logdir.version
        if self._seen is None or self._seen[0] != log_version:
            series = self.source.series
            versions = {key: versions_of(one) for key, one in series.items()}
            self._seen = (log_version, series, versions)
        return self._seen

    @property
    def data(self) -> pd.DataFrame:
        """The points on screen: row, what is known of them, and where they are: x, y (and z).

        Run, tag and step stand before them. Points that cannot be placed have NaN.
        """
        try:
            series, cloud = self._cloud()
        except NbboardError:
            return table_of(None, None, self.dimensions)
        return table_of(cloud, series[cloud.key.place], self.dimensions, self._layout_of(cloud))

    @property
    def selection(self) -> pd.DataFrame:
        """The points that were picked, by click, box or lasso: those rows of :attr:`data`."""
        return selected_rows(self.data, dict(self._selection))

    def _layout_of(self, cloud: Cloud) -> Any:
        """Return the places that t-SNE or UMAP found, if that is what is on screen."""
        kept = self._kept
        if self.method == "pca" or kept is None:
            return None
        same = (kept["method"], kept["version"]) == (self.method, cloud.version)
        return kept if same and kept["dimensions"] == self.dimensions else None

    # ------------------------------------------------------------ to and from the page

    def _chosen(self, _: Any) -> None:
        """Show something else: the page may have it already."""
        if self._told is not None and self.comm is not None:
            self.push()

    def outline(self) -> Mapping[str, Any] | None:
        """Return which embeddings there are; what is in them follows."""
        return {"embeddings": self._catalogue(), "reading": True}

    def payload(self) -> Mapping[str, Any]:
        """Return what is shown, and which embeddings there are."""
        self._sent.clear()
        self._sent_facts.clear()
        self._ahead = 0
        return self._content(everything=True)

    def fuller_payload(self) -> Mapping[str, Any]:
        """Return the same for a file, with the other steps, as far as the budget goes."""
        kept = self._sent, self._sent_facts, self._told, self._ahead
        self._sent, self._sent_facts, self._ahead = set(), set(), 0
        try:
            content = dict(self._content(everything=True))
            while more := self._next_ahead():
                content["clouds"] += more["clouds"]
                content["facts"] += more["facts"]
            content["layout"] = self._kept
        finally:
            self._sent, self._sent_facts, self._told, self._ahead = kept
        return content

    def news(self) -> Mapping[str, Any] | None:
        """Return what is shown now and the page does not have; then other steps."""
        self.n_items = len(self._series)
        if self._state() != self._told or self._missing():
            self._ahead = min(self._ahead, self.preload << 19)
            return self._content(everything=self._state() != self._told)
        return self._next_ahead() if self._displayed else None

    def unfinished(self) -> bool:
        """Whether there are other steps to be sent."""
        return any(True for _ in self._others())

    def _catalogue(self) -> list[dict[str, Any]]:
        _, series, versions = self._look()
        return [
            {
                "run": one.run,
                "tag": one.tag,
                "steps": [str(step) for step in one.step.tolist()],
                "stepped": one.stepped,
                "versions": versions[key],
            }
            for key, one in series.items()
        ]

    def _state(self) -> Any:
        return self._catalogue(), self._failure

    def _shown(self) -> list[tuple[EmbeddingSeries, int]]:
        """Return the embeddings on screen with their places: one or two."""
        series = self._series
        keys = [self._key(series), tuple(self.beside)]
        found = []
        for key in keys:
            if key in series:
                one = series[key]
                try:
                    found.append((one, one.at(self.step)))
                except LogdirError:
                    found.append((one, 0))
        return found

    def _name(self, series: EmbeddingSeries, place: int, sphereize: bool) -> tuple[Any, ...]:
        version = self._look()[2][series.run, series.tag][place]
        return (series.run, series.tag, place, version, sphereize, self.align)

    def _missing(self) -> list[tuple[EmbeddingSeries, int]]:
        return [
            (series, place)
            for series, place in self._shown()
            if self._name(series, place, self.sphereize) not in self._sent
        ]

    def _content(self, *, everything: bool) -> dict[str, Any]:
        """Return what is shown; of what the page has already nothing but its name."""
        self._failure = ""
        content: dict[str, Any] = {"clouds": [], "facts": [], "reading": False}
        for series, place in self._missing():
            self._add(content, series, place, self.sphereize)
        state = self._state()
        if everything or state != self._told:
            content["embeddings"] = state[0]
        content["failure"] = self._failure
        self._told = state
        return content

    def _add(
        self, content: dict[str, Any], series: EmbeddingSeries, place: int, sphereize: bool
    ) -> None:
        self._sent.add(self._name(series, place, sphereize))
        try:
            points = series[place]
            cloud = self._clouds.get(series, place, sphereize=sphereize, align=self.align)
        except NbboardError as error:
            step = str(series.step[place])
            content["clouds"].append(
                {"run": series.run, "tag": series.tag, "step": step, "refusal": str(error)}
                | {"sphereize": sphereize, "align": self.align}
            )
            return
        name = facts_id(points)
        if name not in self._sent_facts:
            self._sent_facts.add(name)
            content["facts"].append(pack_facts(points, name))
        content["clouds"].append(pack_cloud(cloud, name, points.rows))
        self._ahead += size_of(content["clouds"][-1])

    def _others(self) -> Any:
        """Yield what is worth sending ahead: other steps, and small clouds sphereized or not."""
        if self._ahead >= self.preload << 20:
            return
        for series, place in self._shown():
            for at in sorted(range(len(series)), key=lambda at: (abs(at - place), at)):
                if self._name(series, at, self.sphereize) not in self._sent:
                    yield series, at, self.sphereize
        for series, _ in self._shown():
            if series.size(0) * len(series) > _BOTH * 64:
                continue
            for at in range(len(series)):
                if self._name(series, at, not self.sphereize) not in self._sent:
                    yield series, at, not self.sphereize

    def _next_ahead(self) -> dict[str, Any] | None:
        for series, place, sphereize in self._others():
            content: dict[str, Any] = {"clouds": [], "facts": []}
            self._add(content, series, place, sphereize)
            return content
        return None

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``cloud``, ``neighbors``, ``column``, or take the ``layout`` on screen."""
        if method == "layout":
            self._kept = dict(params) if params.get("places") else None
            return {}
        if method not in {"cloud", "neighbors", "column"}:
            return super().answer(method, params)
        series = self.source[str(params["run"]), str(params["tag"])]
        place = series.at(int(params["step"]))
        if method == "cloud":
            content: dict[str, Any] = {"clouds": [], "facts": []}
            self._add(content, series, place, bool(params["sphereize"]))
            return content
        points = series[place]
        if method == "column":
            for column in points.columns:
                if column.name == params["name"]:
                    return {"facts": facts_id(points), "column": pack_column(column)[0]}
            raise NbboardError(f"there is no column {params['name']!r}")
        count = min(int(params["count"]), max(len(points) - 1, 0))
        wanted = params.get("of")
        if wanted is None:
            # Of all points, or of some that are each other's only neighbours.
            among = params.get("among")
            vectors = points.vectors if among is None else points.vectors[np.asarray(among, int)]
            rows, far = nearest(vectors, count, str(params["metric"]))
        else:
            of = np.asarray(wanted, np.intp)[: _MOST_ASKED // max(count, 1)]
            of = of[(of >= 0) & (of < len(points))]
            rows, far = nearest(points.vectors, count, str(params["metric"]), of)
        return {"count": rows.shape[1], "rows": rows.reshape(-1), "far": far.reshape(-1)}

    @property
    def runs(self) -> tuple[str, ...]:
        """Nothing: an embedding is chosen from a list of its own, not by checking runs."""
        return ()

    # ------------------------------------------------------------ figures

    def figure(self, **changes: Any) -> Figure:
        """Return what is on screen as a ``matplotlib.figure.Figure``; see :meth:`draw`."""
        from nbboard.views.projector.figure import draw_cloud

        changes = self.checked(self.source, changes, self.figure_options)
        options = {**self.options, **changes}
        shown = ProjectorView(self.source, **{k: v for k, v in options.items() if k != "width"})
        try:
            shown._clouds, shown._kept = self._clouds, self._kept
            return draw_cloud(shown, dict(self._selection), options.get("width"))
        finally:
            shown.close()

    @classmethod
    def draw(cls, source: Projector, **options: Any) -> Figure:
        """Return a figure of an embedding: its points, coloured, rasterised; the rest is vectors.

        Parameters
        ----------
        source
            ``log.projector`` or a selection.
        **options
            Options of the view; ``width`` in inches.
        """
        options = cls.checked(source, options, cls.figure_options)
        width = options.pop("width", None)
        view = cls(source, **options)
        try:
            return view.figure(**({} if width is None else {"width": width}))
        finally:
            view.close()
