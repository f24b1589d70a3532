"""One engine in a process of its own: `python -m app.cli.bench_engine KIND SOURCE DEVICE PRECISION`.

KIND is `ours`, `transformers` or `llama.cpp`; SOURCE is a model folder, or llama.cpp's file. It says what it
loaded, then answers orders, one JSON object a line: `{"do": NAME, ...}` in, what was measured out. Between
two orders it waits on its input and computes nothing.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Protocol, cast

from app.cli.bench_prompts import Prompts
from app.cli.bench_steps import finish
from app.cli.bench_warm import measure_warm
from app.cli.jsonl import Entry
from app.cli.memory import peak_memory, resident_memory
from app.engines.context_window import prompt_room
from app.engines.meter import Meter, Usage
from app.engines.protocols import ModelDescription, Sampling, TextGenerator
from app.engines.registry import create_engine
from app.errors import InklingError
from app.offline import go_offline


class Contestant(Protocol):
    """An engine with the model in memory."""

    def describe(self) -> Entry:
        """Return what was loaded."""

    def orders(self) -> dict[str, Callable[..., Entry]]:
        """Return what it can be asked for, by name."""


class OurEngine:
    """Our engine, asked as the window asks it: by text."""

    def __init__(self, folder: Path, device: str, precision: str) -> None:
        self._generator = cast(TextGenerator, create_engine("causal"))
        self._before = resident_memory()
        self._description: ModelDescription = finish(self._generator.load(folder, device, precision))
        self._prompts = Prompts(folder)

    def describe(self) -> Entry:
        """Return the precision, and how many tokens a prompt may have."""
        return {
            "precision": self._description.precision,
            "room": prompt_room(self._description.context_length),
        }

    def orders(self) -> dict[str, Callable[..., Entry]]:
        """See `Contestant.orders`."""
        return {"prompt": self._prompt, "run": self._run, "warm": self._warm, "unload": self._unload}

    def _prompt(self, number: int, tokens: int) -> Entry:
        """Make a prompt for every engine; see `Prompts.make`."""
        return asdict(self._prompts.make(number, tokens))

    def _run(self, text: str, ids: list[int], new_tokens: int) -> Entry:
        """Continue a prompt greedily by so many tokens, fewer where the model ends the text."""
        meter = Meter()
        finish(meter.measure(self._generator.generate(text, Sampling.greedy(), new_tokens)))
        return asdict(meter.usage())

    def _warm(self, text: str, ids: list[int]) -> Entry:
        return dict(measure_warm(self._generator, text))

    def _unload(self) -> Entry:
        """Unload the model; tell how much memory is held now, and was before it was loaded."""
        self._generator.unload()
        return {"before": self._before, "unloaded": resident_memory()}


class Runner(Protocol):
    """Another program's engine."""

    def run(self, ids: list[int], new_tokens: int) -> Usage:
        """Continue a prompt greedily by so many tokens, whatever they are."""


class Rival:
    """Another program's engine, asked by token ids."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def describe(self) -> Entry:
        """Return nothing: all is known."""
        return {}

    def orders(self) -> dict[str, Callable[..., Entry]]:
        """See `Contestant.orders`."""
        return {"run": self._run}

    def _run(self, text: str, ids: list[int], new_tokens: int) -> Entry:
        return asdict(self._runner.run(ids, new_tokens))


def load(kind: str, source: Path, device: str, precision: str) -> Contestant:
    """Load the model; the libraries of the engines that are not wanted stay on the disk."""
    go_offline(os.environ)
    if kind == "transformers":
        from app.engines.rivals.transformers_generate import TransformersGenerate

        return Rival(TransformersGenerate(source, device))
    if kind == "llama.cpp":
        from app.engines.rivals.llama_cpp import LlamaCpp

        return Rival(LlamaCpp(source, device))
    return OurEngine(source, device, precision)


def main(kind: str, source: Path, device: str, precision: str) -> None:
    """Load the model and carry out orders until there are no more."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1) as answers:
        os.dup2(2, 1)  # whatever a library prints must not stand among the answers
        contestant = load(kind, source, device, precision)
        orders = {"memory": _memory, **contestant.orders()}
        print(json.dumps(contestant.describe()), file=answers)
        for line in sys.stdin:
            order: Entry = json.loads(line)
            print(json.dumps(orders[order.pop("do")](**order)), file=answers)


def _memory() -> Entry:
    return {"resident": resident_memory(), "peak": peak_memory()}


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4])
    except InklingError as error:
        sys.exit(f"{error.message} {error.hint}".rstrip())
