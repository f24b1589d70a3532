"""`inkling complete`: the continuation that would appear at the caret, on standard output."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from app.assist.continuation import Joiner, build_prompt
from app.cli.arguments import add_model_options, add_setting, positive, text
from app.cli.jsonl import STDIN, Entry, field, identity, open_lines, print_object, read_requests
from app.cli.open_model import open_text_generator
from app.engines.meter import Meter
from app.engines.protocols import FinishReason, Sampling, TextGenerator, Token
from app.errors import InklingError
from app.settings import (
    MAX_NEW_TOKENS,
    MIN_P,
    NO_REPEAT_NGRAM,
    REPETITION_PENALTY,
    SEED,
    TEMPERATURE,
    TOP_K,
    TOP_P,
    Setting,
    Settings,
)

OPTIONS: dict[str, Setting[Any]] = {
    "--temperature": TEMPERATURE,
    "--top-k": TOP_K,
    "--top-p": TOP_P,
    "--min-p": MIN_P,
    "--repetition-penalty": REPETITION_PENALTY,
    "--no-repeat-ngram-size": NO_REPEAT_NGRAM,
    "--seed": SEED,
}
LOGPROB_DIGITS = 5
SAMPLING_FIELDS = [flag.removeprefix("--").replace("-", "_") for flag in OPTIONS]


@dataclass(frozen=True, slots=True)
class Order:
    """How prompts are to be continued: `sampling` holds an entry for each alternative."""

    sampling: tuple[Sampling, ...]
    max_new_tokens: int


@dataclass(frozen=True, slots=True)
class Request:
    """A line of a file: its prompt, and the id that its answer carries."""

    id: Any
    prompt: str


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `complete`."""
    parser = subparsers.add_parser("complete", help="continue a text")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "prompt", nargs="?", type=text, metavar="PROMPT", help="the text to continue; - reads standard input"
    )
    source.add_argument(
        "--jsonl",
        metavar="FILE",
        help='read {"id", "prompt"} lines, - from standard input; print {"id", "text"} lines',
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object per token, and a last one")
    add_setting(parser, "--max-new-tokens", MAX_NEW_TOKENS)
    for flag, setting in OPTIONS.items():
        add_setting(parser, flag, setting)
    parser.add_argument(
        "--greedy",
        action="store_true",
        help="always take the likeliest token, and switch off every rule that is not asked for",
    )
    parser.add_argument(
        "--alternatives",
        type=positive,
        default=1,
        metavar="N",
        help="so many continuations, one after another; a seed counts up",
    )
    add_model_options(parser, "causal")
    parser.set_defaults(run=run, misused=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command and return its exit status."""
    order = _order(arguments)
    if len(order.sampling) > 1 and not order.sampling[0].temperature:
        arguments.misused("argument --alternatives: at temperature 0 they would all be the same")
    if arguments.jsonl is not None:
        with open_lines(arguments.jsonl) as lines:
            engine = open_text_generator(arguments)
            for request in read_requests(lines, _understand):
                _print_answer(engine, request, order)
        return 0
    prompt = _read_prompt() if arguments.prompt == STDIN else arguments.prompt
    show = _print_json if arguments.json else _print_text
    show(open_text_generator(arguments), prompt, order)
    return 0


def _order(arguments: argparse.Namespace) -> Order:
    given = {name: getattr(arguments, name) for name in SAMPLING_FIELDS}
    base = Sampling.greedy() if arguments.greedy else Settings().sampling()
    sampling = replace(base, **{name: value for name, value in given.items() if value is not None})
    if arguments.greedy:
        sampling = replace(sampling, temperature=0.0)
    if sampling.seed is not None and sampling.seed < 0:
        sampling = replace(sampling, seed=None)
    length = MAX_NEW_TOKENS.default if arguments.max_new_tokens is None else arguments.max_new_tokens
    return Order(tuple(_each_seed(sampling, arguments.alternatives)), length)


def _each_seed(sampling: Sampling, count: int) -> Iterator[Sampling]:
    for number in range(count):
        yield sampling if sampling.seed is None else replace(sampling, seed=sampling.seed + number)


class Continuation:
    """A stream of tokens whose text fits behind what stands before it."""

    def __init__(self, engine: TextGenerator, before: str, sampling: Sampling, max_new_tokens: int) -> None:
        self._meter = Meter()
        self._joiner = Joiner(before)
        self._steps = self._meter.measure(engine.generate(build_prompt(before), sampling, max_new_tokens))
        self._reason: FinishReason = "cancelled"

    def __iter__(self) -> Iterator[Token]:
        while True:
            try:
                step = next(self._steps)
            except StopIteration as end:
                self._reason = end.value
                return
            if isinstance(step, Token):
                yield replace(step, text=self._joiner.join(step.text))

    def ending(self) -> dict[str, Any]:
        """Return how it ended and what it cost, as JSON says it."""
        usage = self._meter.usage()
        return {
            "finished": self._reason,
            "tokens": usage.tokens,
            "first_token_ms": round(usage.first_token_seconds * 1000, 1),
            "tokens_per_second": round(usage.tokens_per_second, 2),
        }


def _print_text(engine: TextGenerator, before: str, order: Order) -> None:
    for number, sampling in enumerate(order.sampling, start=1):
        if number > 1:
            print(f"--- {number} of {len(order.sampling)} ---")
        for token in Continuation(engine, before, sampling, order.max_new_tokens):
            print(token.text, end="", flush=True)
        print(flush=True)


def _print_json(engine: TextGenerator, before: str, order: Order) -> None:
    for number, sampling in enumerate(order.sampling, start=1):
        which = {"alternative": number} if len(order.sampling) > 1 else {}
        continuation = Continuation(engine, before, sampling, order.max_new_tokens)
        for token in continuation:
            print_object({**which, "text": token.text, "logprob": round(token.logprob, LOGPROB_DIGITS)})
        print_object({**which, **continuation.ending()})


def _print_answer(engine: TextGenerator, request: Request, order: Order) -> None:
    texts = [
        "".join(token.text for token in Continuation(engine, request.prompt, sampling, order.max_new_tokens))
        for sampling in order.sampling
    ]
    alternatives = {"alternatives": texts} if len(texts) > 1 else {}
    print_object({"id": request.id, "text": texts[0], **alternatives})


def _understand(entry: Entry) -> Request:
    return Request(identity(entry), field(entry, "prompt", str))


def _read_prompt() -> str:
    """Return standard input without the line break that ends it."""
    try:
        return sys.stdin.buffer.read().decode().removesuffix("\n")
    except UnicodeDecodeError as error:
        raise InklingError("The prompt on standard input is not valid UTF-8.") from error
