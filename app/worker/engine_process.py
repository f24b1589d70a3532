"""Engines that run in a process of their own, behind the protocols of those that run in this one."""

import threading
from collections.abc import Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.engines.prompts import FittedPassage, Prompt
from app.engines.protocols import (
    Checked,
    Engine,
    FinishReason,
    LoadStep,
    ModelDescription,
    NeedlessWord,
    NextWord,
    Prefilled,
    Role,
    Sampling,
    Step,
    Suggestion,
    Token,
    WeighedPiece,
)
from app.errors import InklingError
from app.worker.engine_child import EngineChild, ended_unexpectedly


class EngineProcess(QObject):
    """Keeps one process for the engines of both roles: begun by the first load, ended with the last model.

    Args:
        command: starts `serve` of `app.worker.engine_host`.
    """

    lost = Signal(object)  # InklingError: the process ended by itself, and every model with it

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self._changing = threading.Lock()
        self._child: EngineChild | None = None
        self._is_over = False

    def create_engine(self, role: Role) -> Engine:
        """Return the engine for a role; the process is started by its first `load`."""
        return RemoteEngine(self, role)

    def load(self, role: Role, *arguments: Any) -> Generator[LoadStep, None, ModelDescription]:
        """Load a model, in a new process where there is none."""
        child = self._start()
        child.loaded.discard(role)
        model: ModelDescription = yield from child.steps(role, "load", *arguments)
        child.loaded.add(role)
        return model

    def unload(self, role: Role) -> None:
        """Unload a model; with the last one the process goes, so that all of its memory comes back."""
        child = self._child
        if child is None:
            return
        if child.loaded <= {role}:
            child.end()
        else:
            child.loaded.discard(role)
            with suppress(InklingError):  # a process that has ended keeps no model
                child.call(role, "unload")

    def call(self, role: Role, method: str, *arguments: Any) -> Any:
        """Call a method of an engine and return its result."""
        return self._require_child().call(role, method, *arguments)

    def steps(self, role: Role, method: str, *arguments: Any) -> Generator[Any, None, Any]:
        """Call a method of an engine that is a generator."""
        return (yield from self._require_child().steps(role, method, *arguments))

    def end(self) -> None:
        """End the process at once, whatever it does, and never start another; for any thread."""
        with self._changing:
            self._is_over = True
            if self._child is not None:
                self._child.end()

    def _start(self) -> EngineChild:
        with self._changing:
            if self._is_over:
                raise InklingError("Inkling is closing.")
            if self._child is None or self._child.has_ended:
                self._child = EngineChild(self._command, lambda: self.lost.emit(ended_unexpectedly()))
            return self._child

    def _require_child(self) -> EngineChild:
        if self._child is None or self._child.has_ended:
            raise InklingError("No model is loaded.", "Choose one in Preferences.")
        return self._child


class RemoteEngine:
    """Hands every method on to the engine of a role in the other process."""

    def __init__(self, process: EngineProcess, role: Role) -> None:
        self._process = process
        self._role = role

    def load(
        self, folder: Path, device: str, precision: str = "auto"
    ) -> Generator[LoadStep, None, ModelDescription]:
        """See `Engine.load`."""
        return self._process.load(self._role, folder, device, precision)

    def unload(self) -> None:
        """See `Engine.unload`."""
        self._process.unload(self._role)

    def generate(
        self, prompt: Prompt, sampling: Sampling, max_new_tokens: int, alternatives: int = 0
    ) -> Generator[Prefilled | Token, None, FinishReason]:
        """See `TextGenerator.generate`."""
        return self._process.steps(self._role, "generate", prompt, sampling, max_new_tokens, alternatives)

    def generate_several(
        self, prompt: Prompt, sampling: Sampling, max_new_tokens: int, count: int, alternatives: int = 0
    ) -> Generator[Prefilled | Step, None, list[FinishReason]]:
        """See `TextGenerator.generate_several`."""
        order = prompt, sampling, max_new_tokens, count, alternatives
        return self._process.steps(self._role, "generate_several", *order)

    def next_words(self, prompt: Prompt, count: int) -> Generator[Prefilled | Checked, None, list[NextWord]]:
        """See `TextGenerator.next_words`."""
        return self._process.steps(self._role, "next_words", prompt, count)

    def weigh(
        self, prompt: Prompt, texts: Sequence[str]
    ) -> Generator[Prefilled | Checked, None, list[tuple[WeighedPiece, ...]]]:
        """See `TextGenerator.weigh`."""
        return self._process.steps(self._role, "weigh", prompt, texts)

    def fit(self, prompt: Prompt) -> list[FittedPassage]:
        """See `TextGenerator.fit`."""
        fitted: list[FittedPassage] = self._process.call(self._role, "fit", prompt)
        return fitted

    def prefill(self, prompt: Prompt) -> Generator[Prefilled, None, bool]:
        """See `TextGenerator.prefill`."""
        return self._process.steps(self._role, "prefill", prompt)

    def suggest(self, text: str, start: int, end: int, count: int) -> list[Suggestion]:
        """See `MaskFiller.suggest`."""
        words: list[Suggestion] = self._process.call(self._role, "suggest", text, start, end, count)
        return words

    def fill_gap(self, text: str, position: int, count: int) -> list[Suggestion]:
        """See `MaskFiller.fill_gap`."""
        words: list[Suggestion] = self._process.call(self._role, "fill_gap", text, position, count)
        return words

    def find_needless(self, text: str, start: int, end: int) -> Generator[Checked, None, list[NeedlessWord]]:
        """See `MaskFiller.find_needless`."""
        return self._process.steps(self._role, "find_needless", text, start, end)

    def read_joins(self, sentences: Sequence[str]) -> Generator[Checked, None, list[float]]:
        """See `MaskFiller.read_joins`."""
        return self._process.steps(self._role, "read_joins", sentences)
