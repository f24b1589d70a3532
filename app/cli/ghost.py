"""`inkling ghost`: the ghost text that would appear at the caret, on standard output."""

import argparse
import sys
from dataclasses import dataclass
from typing import Any

from app.assist.ghost_draft import draft
from app.cli.arguments import add_model_options, add_setting, text
from app.cli.jsonl import Entry, field, identity, open_lines, print_object, read_requests
from app.cli.open_model import Writing, open_writing
from app.settings import GHOST_OFTEN


@dataclass(frozen=True, slots=True)
class Request:
    """A line of a file: the text before the caret, and the id that its answer carries."""

    id: Any
    before: str


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `ghost`."""
    parser = subparsers.add_parser("ghost", help="offer a few words to go on with, or nothing")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("prompt", nargs="?", type=text, metavar="PROMPT", help="the text before the caret")
    source.add_argument(
        "--jsonl",
        metavar="FILE",
        help='read {"id", "prompt"} lines, - from standard input; print {"id", "text"} lines',
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_setting(parser, "--often", GHOST_OFTEN)
    add_model_options(parser, "causal")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command and return its exit status."""
    often = GHOST_OFTEN.default if arguments.often is None else arguments.often
    if arguments.jsonl is not None:
        with open_lines(arguments.jsonl) as lines:
            writing = open_writing(arguments)
            for request in read_requests(lines, _understand):
                print_object({"id": request.id, "text": _ghost(writing, request.before, often)})
        return 0
    ghost = _ghost(open_writing(arguments), arguments.prompt, often)
    if arguments.json:
        print_object({"text": ghost})
    elif ghost:
        print(ghost)
    else:
        print("Nothing is sure enough here.", file=sys.stderr)
    return 0


def _ghost(writing: Writing, before: str, often: float) -> str:
    """Return the ghost text behind `before`; empty for silence."""
    steps = draft(writing.generator, None, writing.prompt(before), "", often)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            said: str = end.value
            return said


def _understand(entry: Entry) -> Request:
    return Request(identity(entry), field(entry, "prompt", str))
