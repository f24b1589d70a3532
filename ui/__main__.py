"""`inkling`: the window, or a command without one."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app import VERSION
from app.cli import main as cli
from app.engines.registry import create_engine
from app.large_blocks import return_large_blocks
from app.worker.engine_host import serve
from ui.program import HOST_ENGINES

NO_DISPLAY = (
    "Inkling needs a display to open its window, and there is none here; "
    "“inkling complete” and “inkling words” work without one."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out the program's command line and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == [HOST_ENGINES]:
        serve(create_engine)
    if is_command(arguments):
        return cli.main(arguments)
    options = build_parser().parse_args(arguments)
    if not has_display():
        print(NO_DISPLAY, file=sys.stderr)  # noqa: T201 (there is no window to say it in)
        return cli.FAILED
    from ui.application import WindowOptions  # Qt is loaded only for the window
    from ui.running import run

    return_large_blocks()
    return run(WindowOptions(file=options.file, model=options.model, data_dir=options.data_dir))


def is_command(arguments: Sequence[str]) -> bool:
    """Tell whether the first word that is neither an option nor an option's value names a command."""
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument in ("--data-dir", "--model"):
            skip = True
        elif not argument.startswith("-"):
            return argument in cli.COMMANDS
    return False


def build_parser() -> argparse.ArgumentParser:
    """Return the parser for the window's own arguments."""
    parser = cli.CommandParser(
        prog="inkling",
        description="A calm editor for prose, with two language models on your own machine.",
        epilog=f"Commands without a window: {', '.join(cli.COMMANDS)}. “inkling COMMAND --help” says more.",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a text or Markdown file to open")
    parser.add_argument("--model", type=Path, metavar="DIR", help="a folder with a language model to use")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="keep settings, models and logs here")
    parser.add_argument("--version", action="version", version=f"Inkling {VERSION}")
    return parser


def has_display() -> bool:
    """Tell whether a window can be opened; only X11 and Wayland can be without a screen to open it on."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    sys.exit(main())
