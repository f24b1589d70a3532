"""The bench's end of an engine that runs in a process of its own."""

import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import Any

from app.cli.jsonl import Entry
from app.errors import InklingError

MODULE = "app.cli.bench_engine"


class MeasuredEngine:
    """Starts an engine and has it load the model, which this waits for.

    Args:
        name: what people call it.
        arguments: of `bench_engine`.
        module: what is started.

    Raises:
        InklingError: it could not load; the words are its own.
    """

    def __init__(self, name: str, *arguments: str, module: str = MODULE) -> None:
        self._name = name
        self._complaints = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            encoding="utf-8",
        )
        try:
            self.description = self._answer()
        except BaseException:
            self.close()
            raise

    def ask(self, do: str, **order: Any) -> Entry:
        """Have it carry out an order, and return its answer.

        Raises:
            InklingError: it ended; the words are its own.
        """
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # then there is no answer either
            self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
            self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        with suppress(BrokenPipeError):  # an order that it did not read
            self._process.communicate()
        self._complaints.close()

    def _answer(self) -> Entry:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._complaints.seek(0)
            words = self._complaints.read().strip().splitlines() or ["It ended without a word."]
            raise InklingError(f"The engine {self._name} could not be measured: {words[-1]}")
        answer: Entry = json.loads(line)
        return answer
