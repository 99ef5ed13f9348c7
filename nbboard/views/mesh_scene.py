"""The scene that was logged with a mesh: TensorBoard's configuration, names of three.js classes.

TensorBoard builds three.js objects from it. What has a meaning for a picture drawn here is
taken: the field of view, ambient and directional lights, the material's colour and wireframe.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["DEFAULT_LIGHTS", "FIELD_OF_VIEW", "scene_of"]

#: TensorBoard's: degrees from top to bottom.
FIELD_OF_VIEW = 75.0
#: TensorBoard's: how much light there is from everywhere, and from where how much more.
DEFAULT_LIGHTS: Mapping[str, Any] = {
    "ambient": 0.75,
    "lights": ({"intensity": 0.75, "position": (0.0, -1.0, 2.0)},),
}
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
#: So many lights are drawn.
_MOST_LIGHTS = 8


def scene_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a logged configuration is drawn.

    Returns
    -------
    dict
        ``fov``, degrees from top to bottom, 0 for an orthographic camera; ``ambient``, a
        factor; ``lights``, ``intensity`` and ``position`` of each; ``color``, "#rrggbb" or
        None; ``wireframe``; ``left_out``, a sentence on what is not drawn, or empty.
    """
    left_out: list[str] = []
    camera = _mapping(config, "camera", left_out)
    material = _mapping(config, "material", left_out)
    fov = _number(camera.get("fov"), FIELD_OF_VIEW)
    if camera.get("cls") == "OrthographicCamera":
        fov = 0.0
    elif not 1 <= fov <= 170:
        left_out.append(f"a field of view of {fov:g} degrees")
        fov = FIELD_OF_VIEW
    color = material.get("color")
    if color is not None and not (isinstance(color, str) and _COLOR.fullmatch(color)):
        left_out.append(f"the colour {str(color)[:40]!r}")
        color = None
    return {
        "fov": fov,
        **_lights(config.get("lights"), left_out),
        "color": color,
        "wireframe": material.get("wireframe") is True,
        "left_out": f"not drawn of the scene: {', '.join(left_out)}" if left_out else "",
    }


def _lights(logged: object, left_out: list[str]) -> dict[str, Any]:
    if logged is None:
        return {**DEFAULT_LIGHTS, "lights": list(DEFAULT_LIGHTS["lights"])}
    if not isinstance(logged, list):
        left_out.append("its lights, which are no list")
        return {**DEFAULT_LIGHTS, "lights": list(DEFAULT_LIGHTS["lights"])}
    ambient = 0.0
    lights: list[dict[str, Any]] = []
    for light in logged[:_MOST_LIGHTS]:
        name = light.get("cls") if isinstance(light, Mapping) else None
        if name == "AmbientLight":
            ambient += _number(light.get("intensity"), 1.0)
        elif name in ("DirectionalLight", "PointLight"):
            # A lamp far away shines as the sun does.
            position = _position(light.get("position"))
            lights.append({"intensity": _number(light.get("intensity"), 1.0), "position": position})
        else:
            left_out.append(str(name or "a light without a class")[:40])
    if len(logged) > _MOST_LIGHTS:
        left_out.append(f"{len(logged) - _MOST_LIGHTS} more lights")
    return {"ambient": ambient, "lights": lights}


def _mapping(config: Mapping[str, Any], name: str, left_out: list[str]) -> Mapping[str, Any]:
    value = config.get(name)
    if isinstance(value, Mapping):
        return value
    if value is not None:
        left_out.append(f"its {name}, which is no mapping")
    return {}


def _number(value: object, default: float) -> float:
    """Return a number that was logged, if it is one."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return default


def _position(value: object) -> tuple[float, float, float]:
    """Return where a light stands; over the middle, as three.js has it, if that is not said."""
    if isinstance(value, list) and len(value) == 3:
        x, y, z = (_number(one, 0.0) for one in value)
        if x or y or z:
            return x, y, z
    return 0.0, 1.0, 0.0
