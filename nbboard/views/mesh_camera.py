"""The camera of the page, for figures: ``labextension/src/draw/camera.ts`` has the same formulas.

``tests/vectors/camera.json`` ties them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Camera", "camera_of"]

#: Nearer to the eye than this many extents nothing is drawn.
NEAREST = 1e-3


@dataclass(frozen=True)
class Camera:
    """Where the eye stands.

    Attributes
    ----------
    target
        What is looked at, in the data's units.
    azimuth, elevation
        Radians; 0 and 0 look along -z (with y upright) or y (with z upright).
    extent
        How much is seen from top to bottom at the target.
    fov
        Vertical field of view in radians; 0 for an orthographic picture.
    up
        Which axis is upright: ``"y"`` or ``"z"``.
    """

    target: tuple[float, float, float]
    azimuth: float
    elevation: float
    extent: float
    fov: float
    up: str = "y"

    @property
    def axes(self) -> np.ndarray:
        """Right, up and away in the data's space: rows of length 1."""
        sa, ca = math.sin(self.azimuth), math.cos(self.azimuth)
        se, ce = math.sin(self.elevation), math.cos(self.elevation)
        axes = np.array([[ca, 0, -sa], [-se * sa, ce, -se * ca], [-ce * sa, -se, -ce * ca]])
        if self.up == "z":
            axes = axes[:, [0, 2, 1]] * np.array([1, -1, 1])
        return axes

    @property
    def distance(self) -> float:
        """How far the eye is from the target, in extents."""
        return 0.5 / math.tan(self.fov / 2) if self.fov > 0 else 1.0

    @property
    def eye(self) -> np.ndarray:
        """Where the eye is, in the data's units."""
        eye: np.ndarray = np.asarray(self.target) - self.axes[2] * self.distance * self.extent
        return eye

    def project(self, points: np.ndarray, width: float, height: float) -> np.ndarray:
        """Return where points are seen.

        Parameters
        ----------
        points
            Shape (n, 3).
        width, height
            Of the picture, in any unit.

        Returns
        -------
        numpy.ndarray
            Shape (n, 3): from the left, from the top, and the distance from the eye in
            extents; NaN for what is behind the eye.
        """
        # Divided first: the product of great coordinates may be more than a number can be.
        seen = (points / self.extent - np.asarray(self.target) / self.extent) @ self.axes.T
        depth = seen[:, 2] + self.distance
        scale = np.full(len(points), float(height))
        if self.fov > 0:
            there = depth > NEAREST
            far = self.distance * height
            scale = np.divide(far, depth, out=np.full(len(points), np.nan), where=there)
        return np.stack(
            [width / 2 + seen[:, 0] * scale, height / 2 - seen[:, 1] * scale, depth], axis=1
        )


def camera_of(
    options: Mapping[str, Any],
    box: tuple[np.ndarray, np.ndarray],
    fov: float,
    width: float,
    height: float,
) -> Camera:
    """Return the camera that a view's options mean for a box of data.

    Parameters
    ----------
    options
        ``azimuth`` and ``elevation`` in degrees, ``zoom``, ``center``, ``up``.
    box
        What is seen as a whole at a zoom of 1: the smallest and the greatest x, y, z.
    fov
        Degrees from top to bottom, 0 for an orthographic camera.
    width, height
        Of the picture.
    """
    low, high = (np.asarray(corner, float) for corner in box)
    half = high / 2 - low / 2
    greatest = float(half.max())
    radius = greatest * float(np.linalg.norm(half / greatest)) if greatest > 0 else 0.0
    middle = low / 2 + high / 2
    angle = math.radians(fov)
    if radius > 0:
        # A ball of radius r fills the view of an eye at r / sin(half of the angle).
        seen = 2 * radius / math.cos(angle / 2)
        extent = min(seen * max(1.0, height / max(width, 1e-9)) / 0.98, 1.7e308 / 4)
    else:
        extent = max(abs(float(middle[0])), 1.0)
        radius = extent / 2
    target = middle + np.asarray(options["center"]) * 2 * radius
    return Camera(
        (float(target[0]), float(target[1]), float(target[2])),
        math.radians(options["azimuth"]), math.radians(options["elevation"]),
        extent / options["zoom"], angle, options["up"],
    )  # fmt: skip
