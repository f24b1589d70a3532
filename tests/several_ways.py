"""A scripted engine that writes other texts in each of its ways."""

import time
from collections.abc import Generator, Sequence
from typing import Any

from app.engines.prompts import Prompt, as_text
from app.engines.protocols import Checked, FinishReason, Prefilled, Sampling, Step, Token, WeighedPiece
from app.engines.scripted import ScriptedEngine


class SeveralWays(ScriptedEngine):
    """Writes these texts, word by word, and says how likely what follows is behind each."""

    def __init__(self, ways: Sequence[str], likelihoods: dict[str, float], **script: Any) -> None:
        super().__init__(**script)
        self._ways = ways
        self._likelihoods = likelihoods
        self._seconds = script.get("seconds_per_token", 0.0)
        self.weighed: list[str] = []
        self.steps = 0

    def generate_several(
        self, prompt: Prompt, sampling: Sampling, max_new_tokens: int, count: int, alternatives: int = 0
    ) -> Generator[Prefilled | Step, None, list[FinishReason]]:
        self.prompts.append(as_text(prompt))
        yield Prefilled(1, 1)
        rows = [self._ways[row % len(self._ways)].replace(" ", "\0 ").split("\0") for row in range(count)]
        for place in range(min(max_new_tokens, max(map(len, rows)))):
            self.steps += 1
            time.sleep(self._seconds)
            yield tuple(Token(row[place], -1.0) if place < len(row) else None for row in rows)
        return ["stop"] * count

    def weigh(
        self, prompt: Prompt, texts: Sequence[str]
    ) -> Generator[Prefilled | Checked, None, list[tuple[WeighedPiece, ...]]]:
        self.weighed += texts
        yield Checked(1, 1)
        told = []
        for text in texts:
            body = next((way for way in self._likelihoods if text.startswith(way)), "")
            told.append(
                (WeighedPiece(body, -9.0), WeighedPiece(text[len(body) :], self._likelihoods.get(body, -5.0)))
            )
        return told
