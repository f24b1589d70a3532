"""How fast a stream of tokens comes."""

import time
from collections.abc import Generator
from dataclasses import dataclass

from app.engines.protocols import FinishReason, Prefilled, Token


@dataclass(frozen=True, slots=True)
class Usage:
    """What a continuation cost.

    tokens: decode steps. first_token_seconds: from the request to the first token, prefill included.
    tokens_per_second: of the decode steps behind the first; 0 where there are none.
    """

    tokens: int
    first_token_seconds: float
    tokens_per_second: float


class Meter:
    """Measures a stream of tokens while it passes through."""

    def __init__(self) -> None:
        self._tokens = 0
        self._started = self._first = self._last = time.perf_counter()

    def measure(
        self, steps: Generator[Prefilled | Token, None, FinishReason]
    ) -> Generator[Prefilled | Token, None, FinishReason]:
        """Pass the steps of a `TextGenerator.generate` through."""
        self._started = time.perf_counter()
        try:
            while True:
                step = next(steps)
                if isinstance(step, Token):
                    self._last = time.perf_counter()
                    self._first = self._last if self._tokens == 0 else self._first
                    self._tokens += 1
                yield step
        except StopIteration as end:
            reason: FinishReason = end.value
            return reason
        finally:
            steps.close()

    def usage(self) -> Usage:
        """Return the figures of what has passed through so far."""
        decoding = self._last - self._first
        return Usage(
            tokens=self._tokens,
            first_token_seconds=self._first - self._started if self._tokens else 0.0,
            tokens_per_second=(self._tokens - 1) / decoding if decoding > 0 else 0.0,
        )
