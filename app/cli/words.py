"""`inkling words`: other words for one in its sentence."""

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.assist.word_suggestions import MOST_WORDS, match_case, passage_around
from app.cli.arguments import add_model_options, is_well_formed, positive
from app.cli.jsonl import Entry, MalformedError, field, identity, open_lines, print_object, read_requests
from app.cli.open_model import open_mask_filler
from app.engines.protocols import MaskFiller, Suggestion

BRACKETED = re.compile(r"([^\[\]]*)\[(\s*)([^\[\]]*?)(\s*)\]([^\[\]]*)")
MOST_WORDS_A_LINE = 50  # for programs, which can take more than a writer can read
SCORE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A word in its text: code points, half open."""

    text: str
    start: int
    end: int


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `words`."""
    parser = subparsers.add_parser("words", help="offer other words for one in its sentence")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "text",
        nargs="?",
        type=bracketed,
        metavar="TEXT",
        help="a text with one word in square brackets",
    )
    source.add_argument(
        "--jsonl",
        metavar="FILE",
        help='read {"id", "text", "start", "end"} lines, - from standard input, '
        'and print {"id", "suggestions"} lines',
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--top",
        type=positive,
        default=None,
        metavar="N",
        help=f"so many words at most. Default: {MOST_WORDS}, with --jsonl {MOST_WORDS_A_LINE}.",
    )
    add_model_options(parser, "masked")
    parser.set_defaults(run=run)


def bracketed(argument: str) -> Place:
    """Read a text with one word in square brackets, which are not part of it."""
    if not is_well_formed(argument):
        raise argparse.ArgumentTypeError("it is not valid UTF-8")
    match = BRACKETED.fullmatch(argument)
    if match is None:
        raise argparse.ArgumentTypeError("it needs one word in square brackets, as in: The [fox] jumps")
    before, space, word, *after = match.groups()
    if not word:
        raise argparse.ArgumentTypeError("there is no word between the square brackets")
    start = len(before + space)
    return Place("".join((before, space, word, *after)), start, start + len(word))


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command and return its exit status."""
    if arguments.jsonl is not None:
        with open_lines(arguments.jsonl) as lines:
            engine = open_mask_filler(arguments)
            for entry_id, place in read_requests(lines, _understand):
                words = _suggest(engine, place, arguments.top or MOST_WORDS_A_LINE)
                print_object({"id": entry_id, "suggestions": _as_objects(words)})
        return 0
    words = _suggest(open_mask_filler(arguments), arguments.text, arguments.top or MOST_WORDS)
    if arguments.json:
        print_object({"suggestions": _as_objects(words)})
        return 0
    for word in words:
        print(word.text)
    if not words:
        print("No other word fits here.", file=sys.stderr)
    return 0


def _understand(entry: Entry) -> tuple[Any, Place]:
    place = Place(field(entry, "text", str), field(entry, "start", int), field(entry, "end", int))
    if not 0 <= place.start < place.end <= len(place.text):
        raise MalformedError(
            f"the place {place.start} to {place.end} does not lie within its text of "
            f"{len(place.text)} characters"
        )
    return identity(entry), place


def _suggest(engine: MaskFiller, place: Place, count: int) -> list[Suggestion]:
    """Return the words as they would be written in the old one's place."""
    found = engine.suggest(*passage_around(place.text, place.start, place.end), count)
    return [
        Suggestion(match_case(word.text, place.text, place.start, place.end), word.score) for word in found
    ]


def _as_objects(words: Sequence[Suggestion]) -> list[dict[str, Any]]:
    return [{"text": word.text, "score": round(word.score, SCORE_DIGITS)} for word in words]
