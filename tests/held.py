"""A scripted engine that holds still, so that no test has to be faster than it."""

import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

from app.engines.prompts import Prompt
from app.engines.protocols import FinishReason, LoadStep, ModelDescription, Prefilled, Sampling, Step
from app.engines.scripted import ScriptedEngine

GLANCE = 0.005  # seconds between two looks whether it may go on


class HeldEngine(ScriptedEngine):
    """Goes on loading, or writing, only once it is let go; it can be cancelled meanwhile.

    Args:
        loading: whether it holds still while it loads.
        written: tokens of a continuation behind which it holds still; None: it does not.
        script: as of `ScriptedEngine`.
    """

    def __init__(self, *script: Any, loading: bool = False, written: int | None = None, **more: Any) -> None:
        super().__init__(*script, **more)
        self._holds_loading = loading
        self._written = written
        self.may_go_on = threading.Event()

    def load(
        self, folder: Path, device: str, precision: str = "auto"
    ) -> Generator[LoadStep, None, ModelDescription]:
        while self._holds_loading and not self.may_go_on.wait(GLANCE):
            yield LoadStep(0.0, "Reading the script")
        return (yield from super().load(folder, device, precision))

    def generate_several(
        self, prompt: Prompt, sampling: Sampling, max_new_tokens: int, count: int, alternatives: int = 0
    ) -> Generator[Prefilled | Step, None, list[FinishReason]]:
        steps = super().generate_several(prompt, sampling, max_new_tokens, count, alternatives)
        written = -1  # the first step reads
        while True:
            while written == self._written and not self.may_go_on.wait(GLANCE):
                yield (None,) * count
            try:
                yield next(steps)
            except StopIteration as end:
                return end.value
            written += 1
