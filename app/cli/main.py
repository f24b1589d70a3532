"""The command line: which command is meant, and how each of them ends."""

import argparse
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from app.cli import bench, complete, ghost, models, words
from app.cli.arguments import add_data_dir
from app.errors import InklingError

COMMANDS = ("complete", "ghost", "words", "models", "bench")

FAILED = 1
MISUSED = 2
INTERRUPTED = 128 + signal.SIGINT
PIPE_CLOSED = 141  # 128 + SIGPIPE, which Windows does not have


class CommandParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage in front of it."""

    def error(self, message: str) -> NoReturn:
        """Print `message` and end with status 2."""
        self.exit(MISUSED, f"{self.prog}: {' '.join(message.split())}\n")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; each sets `run`, from the arguments to the exit status."""
    parser = CommandParser(prog="inkling", description="Inkling’s language models, without its window.")
    add_data_dir(parser, default=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (complete, ghost, words, models, bench):
        command.add_parser(commands)
    _accept_data_dir_everywhere(commands)
    return parser


def main(argv: Sequence[str]) -> int:
    """Carry out a command line, without the program's name, and return the exit status.

    Raises:
        SystemExit: the arguments are wrong (status 2), or ask for help (0).
    """
    _speak_utf8()
    try:
        arguments = build_parser().parse_args(argv)
        run: Callable[[argparse.Namespace], int] = arguments.run
        status = run(arguments)
        sys.stdout.flush()
    except InklingError as error:
        print(f"{error.message} {error.hint}".rstrip(), file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return PIPE_CLOSED
    return status


def _accept_data_dir_everywhere(commands: "argparse._SubParsersAction[Any]") -> None:
    """Let `--data-dir` stand behind a command too; left out there, the one in front of it holds."""
    for parser in commands.choices.values():
        add_data_dir(parser, default=argparse.SUPPRESS)
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                _accept_data_dir_everywhere(action)


def _speak_utf8() -> None:
    """Read and write UTF-8, whatever the locale says."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="strict")


def _forget_output() -> None:
    """Point standard output at nothing, so that the interpreter does not stumble over it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
