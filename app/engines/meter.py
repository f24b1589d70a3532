"""How fast a stream of tokens comes."""

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.engines.protocols import Prefilled, Step, Token

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a continuation cost.

    tokens: decode steps. first_token_seconds: from the request to the first token, prefill included.
    tokens_per_second: of the decode steps behind the first; 0 where there are none.
    """

    tokens: int
    first_token_seconds: float
    tokens_per_second: float

    @classmethod
    def of(cls, started: float, times: Sequence[float]) -> "Usage":
        """Return the figures of a continuation from when it was asked for and when each token came (s)."""
        decoding = times[-1] - times[0] if times else 0.0
        return cls(
            tokens=len(times),
            first_token_seconds=times[0] - started if times else 0.0,
            tokens_per_second=(len(times) - 1) / decoding if decoding > 0 else 0.0,
        )


class Meter:
    """Measures a stream of tokens while it passes through."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._times: list[float] = []

    def measure(
        self, steps: Generator[Prefilled | Token | Step, None, R]
    ) -> Generator[Prefilled | Token | Step, None, R]:
        """Pass the steps of a `TextGenerator.generate` or `generate_several` through."""
        self._started = time.perf_counter()
        try:
            while True:
                step = next(steps)
                if not isinstance(step, Prefilled):
                    self._times.append(time.perf_counter())
                yield step
        except StopIteration as end:
            result: R = end.value
            return result
        finally:
            steps.close()

    def usage(self) -> Usage:
        """Return the figures of what has passed through so far."""
        return Usage.of(self._started, self._times)
