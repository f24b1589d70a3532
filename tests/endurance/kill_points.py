"""The places where a program can be made to die, read from its source so that none is forgotten."""

import re

from app.document.kill_points import VARIABLE
from tests.endurance.ordinary_user import REPOSITORY

_REACH = re.compile(r'^\s+reach\("([^"]+)"\)$', re.MULTILINE)


def kill_points_in(*modules: str) -> list[str]:
    """Return the points that modules name, line by line; `modules` are paths in the checkout."""
    points = [point for module in modules for point in _REACH.findall((REPOSITORY / module).read_text())]
    assert points, f"no kill point in {modules}"
    return points


def dying_at(point: str, times: int = 1) -> dict[str, str]:
    """Return the environment in which a program dies when it reaches the point so many times."""
    return {VARIABLE: f"{point}:{times}"}
