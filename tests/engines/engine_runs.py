"""Runs an engine's generators to their end."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

from app.engines.protocols import Engine, ModelDescription, Sampling, TextGenerator, Token

GREEDY = Sampling.greedy()


def run(steps: Generator[Any, None, Any]) -> tuple[list[Any], Any]:
    """Return everything that a generator yields, and what it returns."""
    yielded = []
    while True:
        try:
            yielded.append(next(steps))
        except StopIteration as end:
            return yielded, end.value


def load(engine: Engine, folder: Path, precision: str = "auto") -> ModelDescription:
    """Load a model to the end."""
    return run(engine.load(folder, "cpu", precision))[1]


def tokens(
    engine: TextGenerator, prompt: str, sampling: Sampling, length: int, weighed: int = 0
) -> list[Token]:
    """Return the tokens of a continuation."""
    steps, _ = run(engine.generate(prompt, sampling, length, weighed))
    return [step for step in steps if isinstance(step, Token)]


def text(engine: TextGenerator, prompt: str, sampling: Sampling = GREEDY, length: int = 24) -> str:
    """Return the text of a continuation."""
    return "".join(token.text for token in tokens(engine, prompt, sampling, length))
