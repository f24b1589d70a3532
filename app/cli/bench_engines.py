"""Compares our engine with transformers and llama.cpp: the same prompts and weights, by turns."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from app.cli.bench_child import MeasuredEngine
from app.cli.bench_ratios import LLAMA_CPP, TRANSFORMERS, Run, ratios_of, summarise
from app.cli.bench_warm import contexts_within
from app.cli.jsonl import Entry

ROUNDS = 5
PRECISIONS = ("int4", "int8", "bfloat16")
CONTEXTS = (64, 1024)  # tokens before those that are decoded; the longer one is the prefill's text too
PARAGRAPH = 100  # tokens, for the first token of a paragraph
NEW_TOKENS = 32  # of which the first belongs to prefill
WARM_UP = 300, 8  # tokens read and written before anything is measured
REST = 0.3  # seconds: the threads of the engine before fall asleep, and `CoreShare` sees the cores free


class Engine(Protocol):
    """What carries out the orders of `bench_engine`."""

    def ask(self, do: str, **order: Any) -> Entry:
        """Carry out an order and return what was measured."""


MakePrompt = Callable[[int], Entry]
"""From a length in tokens to a prompt that nobody has read yet."""


def compare(folder: Path, file: Path | None, device: str, rounds: int, tell: Callable[[str], None]) -> Entry:
    """Measure every engine.

    Args:
        folder: a causal model.
        file: the same weights for llama.cpp, if there are any.
        device: "auto", "cuda", "mps" or "cpu".
        rounds: how often each is measured.
        tell: is handed a line about what is going on.

    Returns:
        `engines`, `ratios`, the name of the `default_engine`, and of each that was `left_out` the reason.

    Raises:
        InklingError: an engine could not be measured.
    """
    with ExitStack() as stack:

        def start(name: str, kind: str, source: Path, precision: str = "auto") -> MeasuredEngine:
            tell(f"Loading {name} …")
            engine = MeasuredEngine(name, kind, str(source), device, precision)
            stack.callback(engine.close)
            return engine

        reason = why_no_llama_cpp(file)
        ours = _start_ours(start, folder)
        default, first = next(iter(ours.items()))
        engines = {name: ours[name] for name in sorted(ours, key=PRECISIONS.index)}
        engines[TRANSFORMERS] = start(TRANSFORMERS, "transformers", folder)
        if file is not None and not reason:
            engines[LLAMA_CPP] = start(LLAMA_CPP, LLAMA_CPP, file)

        numbers = count(1)
        room = first.description["room"]

        def make_prompt(tokens: int) -> Entry:
            return first.ask("prompt", number=next(numbers), tokens=tokens)

        lengths = {PARAGRAPH: 1} | dict.fromkeys(CONTEXTS, NEW_TOKENS)
        lengths = {min(length, room): tokens for length, tokens in lengths.items()}
        steady = warm_up(engines, make_prompt(min(WARM_UP[0], room)))
        runs = take_turns(engines, lengths, rounds, make_prompt, tell)
        figures = {name: summarise(by_length, min(PARAGRAPH, room)) for name, by_length in runs.items()}
        for name, engine in engines.items():
            figures[name]["memory_mb"] = {"steady": steady[name], "peak": engine.ask("memory")["peak"]}
        tell("Measuring the first token behind a text that was read ahead …")
        for name in ours:
            figures[name]["warm_first_token"] = _measure_warm(engines[name], room, make_prompt)
            figures[name]["memory_mb"] |= engines[name].ask("unload")
    return {
        "engines": {name: figures.get(name) for name in (*engines, *({LLAMA_CPP} - engines.keys()))},
        "ratios": ratios_of(figures, default),
        "default_engine": default,
        "left_out": {LLAMA_CPP: reason} if reason else {},
    }


def why_no_llama_cpp(file: Path | None) -> str:
    """Return why llama.cpp cannot be measured, or nothing where it can."""
    if find_spec("llama_cpp") is None:
        return "llama-cpp-python is not installed."
    return "" if file else "there is no GGUF file of this model."


def warm_up(engines: Mapping[str, Engine], prompt: Entry) -> dict[str, int]:
    """Have each engine read and write a little, and return the memory that it holds from then on."""
    steady = {}
    for name, engine in engines.items():
        engine.ask("run", **prompt, new_tokens=WARM_UP[1])
        steady[name] = engine.ask("memory")["resident"]
    return steady


def take_turns(
    engines: Mapping[str, Engine],
    lengths: Mapping[int, int],
    rounds: int,
    make_prompt: MakePrompt,
    tell: Callable[[str], None],
    rest: float = REST,
) -> dict[str, dict[int, list[Run]]]:
    """Measure the engines one after the other, then all of them again, so that all meet the same conditions.

    A turn begins with a little work that does not count, because the engine's memory has left the processor's
    caches since its last one.

    Args:
        engines: by name; while one computes, the others wait.
        lengths: of the prompts (tokens), and how many tokens each is continued by.
        rounds: how often each prompt is measured; the engines of a round get the same prompts.
        make_prompt: makes one of a length.
        tell: is handed a line before each round.
        rest: seconds between that and what counts.
    """
    runs: dict[str, dict[int, list[Run]]] = {name: {length: [] for length in lengths} for name in engines}
    for number in range(1, rounds + 1):
        tell(f"Measuring the engines, round {number} of {rounds} …")
        prompts = {length: make_prompt(length) for length in lengths}
        wake_up = make_prompt(min(lengths))
        for name, engine in engines.items():
            engine.ask("run", **wake_up, new_tokens=WARM_UP[1])
            time.sleep(rest)
            for length, prompt in prompts.items():
                usage = engine.ask("run", **prompt, new_tokens=lengths[length])
                seconds, speed = usage["first_token_seconds"], usage["tokens_per_second"]
                runs[name][length].append(Run(len(prompt["ids"]), seconds, speed))
    return runs


def _start_ours(start: Callable[..., MeasuredEngine], folder: Path) -> dict[str, MeasuredEngine]:
    """Return our engine in every precision that this machine has for the model, the default one first."""
    default = start("our engine", "ours", folder)
    found = {default.description["precision"]: default}
    for precision in PRECISIONS:
        if precision not in found:
            engine = start(precision, "ours", folder, precision)
            if engine.description["precision"] == precision:
                found[precision] = engine
            else:  # another one stood in for it
                engine.close()
    return found


def _measure_warm(engine: Engine, room: int, make_prompt: MakePrompt) -> dict[str, Entry]:
    return {str(length): engine.ask("warm", **make_prompt(length)) for length in contexts_within(room)}
