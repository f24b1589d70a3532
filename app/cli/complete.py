"""`inkling complete`: the continuation that would appear at the caret, on standard output."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.assist.continuation import Joiner
from app.cli.arguments import add_model_options, add_setting, positive, text
from app.cli.jsonl import STDIN, Entry, field, identity, open_lines, print_object, read_requests
from app.cli.open_model import Writing, open_writing
from app.engines.meter import Usage
from app.engines.protocols import FinishReason, Prefilled, Sampling, Token
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
    """How prompts are to be continued, and in how many ways."""

    sampling: Sampling
    max_new_tokens: int
    alternatives: int


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
        help="so many continuations, written at once; a seed counts up",
    )
    add_model_options(parser, "causal")
    parser.set_defaults(run=run, misused=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command and return its exit status."""
    order = _order(arguments)
    if order.alternatives > 1 and not order.sampling.temperature:
        arguments.misused("argument --alternatives: at temperature 0 they would all be the same")
    if arguments.jsonl is not None:
        with open_lines(arguments.jsonl) as lines:
            writing = open_writing(arguments)
            for request in read_requests(lines, _understand):
                _print_answer(writing, request, order)
        return 0
    prompt = _read_prompt() if arguments.prompt == STDIN else arguments.prompt
    show = _print_json if arguments.json else _print_text
    show(open_writing(arguments), prompt, order)
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
    return Order(sampling, length, arguments.alternatives)


class Continuations:
    """The streams of tokens that continue a text, each made to fit behind what stands before it."""

    def __init__(self, writing: Writing, before: str, order: Order) -> None:
        self._count = order.alternatives
        self._joiners = [Joiner(before) for _ in range(self._count)]
        self._times: list[list[float]] = [[] for _ in range(self._count)]
        self._reasons: Sequence[FinishReason] = ["cancelled"] * self._count
        self._steps = writing.generator.generate_several(
            writing.prompt(before), order.sampling, order.max_new_tokens, self._count
        )
        self._started = time.perf_counter()

    def __iter__(self) -> Iterator[tuple[int, Token]]:
        """Yield each token as it is made, with the number of its continuation, from 0."""
        while True:
            try:
                step = next(self._steps)
            except StopIteration as end:
                self._reasons = end.value
                return
            if isinstance(step, Prefilled):
                continue
            for number, token in enumerate(step):
                if token is not None:
                    self._times[number].append(time.perf_counter())
                    yield number, replace(token, text=self._joiners[number].join(token.text))

    def endings(self) -> Iterator[dict[str, Any]]:
        """Yield for each how it ended and what it cost, as JSON says it."""
        for reason, times in zip(self._reasons, self._times, strict=True):
            usage = Usage.of(self._started, times)
            yield {
                "finished": reason,
                "tokens": usage.tokens,
                "first_token_ms": round(usage.first_token_seconds * 1000, 1),
                "tokens_per_second": round(usage.tokens_per_second, 2),
            }


def _print_text(writing: Writing, before: str, order: Order) -> None:
    """Print the first continuation while it is written, and the others behind it."""
    others = [""] * order.alternatives
    for number, token in Continuations(writing, before, order):
        if number:
            others[number] += token.text
        else:
            print(token.text, end="", flush=True)
    print(flush=True)
    for number, said in enumerate(others[1:], start=2):
        print(f"--- {number} of {order.alternatives} ---")
        print(said, flush=True)


def _print_json(writing: Writing, before: str, order: Order) -> None:
    def which(number: int) -> dict[str, int]:
        return {"alternative": number + 1} if order.alternatives > 1 else {}

    continuations = Continuations(writing, before, order)
    for number, token in continuations:
        print_object({**which(number), "text": token.text, "logprob": round(token.logprob, LOGPROB_DIGITS)})
    for number, ending in enumerate(continuations.endings()):
        print_object({**which(number), **ending})


def _print_answer(writing: Writing, request: Request, order: Order) -> None:
    texts = [""] * order.alternatives
    for number, token in Continuations(writing, request.prompt, order):
        texts[number] += token.text
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
