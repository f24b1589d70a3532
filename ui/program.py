"""Starting this same program again, for work that wants a process of its own."""

import sys

HOST_ENGINES = "--host-engines"  # instead of opening a window; not for people


def own_command(*arguments: str) -> list[str]:
    """Return the command line that runs Inkling with `arguments`, from a checkout or an installed build."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "ui", *arguments]
