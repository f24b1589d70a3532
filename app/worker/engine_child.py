"""One run of the process that runs the engines, seen from the window."""

import logging
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

from app.engines.protocols import Role
from app.errors import InklingError
from app.logs import DescribedError
from app.worker.engine_host import Call, Close, Raised, Request, Returned, Step, Yielded

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds that the system may take to end a process that was killed
if sys.platform == "win32":
    IN_THE_BACKGROUND = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
else:
    IN_THE_BACKGROUND = 0


class EngineChild:
    """Starts the process, asks it, and notices when it ends.

    One thread asks; any may end it.

    Args:
        command: starts `serve` of `app.worker.engine_host`.
        on_lost: called, on a thread of its own, when the process ends without having been asked to.

    Raises:
        InklingError: the process could not be started.
    """

    def __init__(self, command: Sequence[str], on_lost: Callable[[], object]) -> None:
        self._on_lost = on_lost
        self._is_ending = False
        self._has_ended = False
        self._asking = threading.Lock()
        self._call_ids = count(1)
        self.loaded: set[Role] = set()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                process_group=0,  # Ctrl+C in a terminal is for the window
                creationflags=IN_THE_BACKGROUND,
            )
        except OSError as error:
            raise InklingError(
                "The program that runs the models could not be started.",
                "Close other programs and try again.",
            ) from error
        self._watch = threading.Thread(target=self._wait, name="engine process", daemon=True)
        self._watch.start()

    @property
    def has_ended(self) -> bool:
        """Whether the process is known to have ended."""
        return self._has_ended

    def call(self, role: Role, method: str, *arguments: Any) -> Any:
        """Call a method of an engine and return its result.

        Raises:
            InklingError: as the method does, or the process has ended.
            ValueError: as the method does.
        """
        return self._ask(Call(next(self._call_ids), role, method, arguments)).value

    def steps(self, role: Role, method: str, *arguments: Any) -> Generator[Any, None, Any]:
        """Call a method that is a generator, and be that generator here, step by step."""
        call_id = next(self._call_ids)
        answer = self._ask(Call(call_id, role, method, arguments))
        while isinstance(answer, Yielded):
            try:
                yield answer.value
            except GeneratorExit:
                with suppress(InklingError):  # a process that has ended has given it up, too
                    self._ask(Close(call_id))
                raise
            answer = self._ask(Step(call_id))
        return answer.value

    def end(self) -> None:
        """End the process at once, whatever it does; it keeps nothing that would have to be saved."""
        self._is_ending = True
        self._process.kill()
        self._watch.join(PATIENCE)

    def _ask(self, request: Request) -> Yielded | Returned:
        question = pickle.dumps(request)
        with self._asking:
            answer = self._exchange(question)
        if not isinstance(answer, Raised):
            return answer
        cause = DescribedError(answer.description)
        if answer.error is None:
            raise cause
        raise answer.error from cause

    def _exchange(self, question: bytes) -> Yielded | Returned | Raised:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if self._has_ended:
            raise ended_unexpectedly()
        try:
            self._process.stdin.write(question)
            self._process.stdin.flush()
            answer: Yielded | Returned | Raised = pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self._has_ended = True
            self._process.kill()  # there is no talking to it, whatever it may still be
            raise ended_unexpectedly() from error
        return answer

    def _wait(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        status = self._process.wait()
        with self._asking, suppress(OSError):  # of what could not be written
            self._has_ended = True
            self._process.stdout.close()
            self._process.stdin.close()
        if not self._is_ending:
            log.error("the process that runs the models ended with status %s", status)
            self._on_lost()


def ended_unexpectedly() -> InklingError:
    """Return the words for a process that has ended by itself or by the system's hand."""
    return InklingError(
        "The program that runs the models ended unexpectedly.",
        "Memory may have run out: close other programs, or choose a smaller model in Preferences.",
    )
