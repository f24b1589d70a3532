"""Starting this same program again, for work that wants a process of its own."""

import sys
from pathlib import Path

HOST_ENGINES = "--host-engines"  # runs the models instead of a window; not for people

# Wherever it is started: “-m ui” alone would look for its packages in the writer's folder first.
START = "import sys; sys.path.insert(0, {folder!r}); from ui.__main__ import main; sys.exit(main())"


def own_command(*arguments: str) -> list[str]:
    """Return the command line that runs Inkling with `arguments`, from a checkout or an installed build."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    start = START.format(folder=str(Path(__file__).parents[1]))
    return [sys.executable, "-P", "-c", start, *arguments]
