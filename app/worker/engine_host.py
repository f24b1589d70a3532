"""The process that runs the engines: calls arrive on standard input, answers leave on standard output.

Every request is answered once before the next one is read. A method that is a generator takes one step a
request, so several can be under way at the same time, and the window may leave any of them between two steps.
Nothing here, and nothing that is imported from here, may need Qt.
"""

import os
import pickle
import sys
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from app.engines.protocols import Engine, Role
from app.engines.registry import EngineFactory
from app.errors import InklingError
from app.logs import describe

NICENESS = 5  # that the models give way to the window by; Windows has the window say so as it starts them

# --- requests: window to host -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """Call a method of an engine; where it is a generator, take its first step."""

    call_id: int
    role: Role
    method: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Take the next step of a call."""

    call_id: int


@dataclass(frozen=True, slots=True)
class Close:
    """Give up a call between two of its steps."""

    call_id: int


# --- answers: host to window ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Yielded:
    """A step was taken, and there may be more."""

    value: Any


@dataclass(frozen=True, slots=True)
class Returned:
    """The call has come to its end."""

    value: Any


@dataclass(frozen=True, slots=True)
class Raised:
    """The call has failed.

    error: what the protocol of engines allows to be raised; None for everything else.
    description: type and frames, as the log tells them.
    """

    error: InklingError | ValueError | None
    description: str


Request = Call | Step | Close
Answer = Yielded | Returned | Raised


class EngineHost:
    """Carries out requests, one after the other.

    Args:
        create_engine: makes the engine for a role when it is first called.
    """

    def __init__(self, create_engine: EngineFactory) -> None:
        self._create_engine = create_engine
        self._engines: dict[Role, Engine] = {}
        self._under_way: dict[int, Generator[Any, None, Any]] = {}

    def answer(self, request: Request) -> bytes:
        """Carry out a request and return its answer, pickled; whatever happens, there is one."""
        try:
            return pickle.dumps(self._carry_out(request))
        except Exception as error:
            return pickle.dumps(Raised(_as_promised(error), describe(error)))

    def _carry_out(self, request: Request) -> Answer:
        match request:
            case Call():
                result = getattr(self._engine(request.role), request.method)(*request.arguments)
                if not isinstance(result, Generator):
                    return Returned(result)
                return self._step(request.call_id, result)
            case Step():
                return self._step(request.call_id, self._under_way.pop(request.call_id))
            case Close():
                self._under_way.pop(request.call_id).close()
                return Returned(None)

    def _step(self, call_id: int, steps: Generator[Any, None, Any]) -> Answer:
        try:
            value = next(steps)
        except StopIteration as end:
            return Returned(end.value)
        self._under_way[call_id] = steps
        return Yielded(value)

    def _engine(self, role: Role) -> Engine:
        if role not in self._engines:
            self._engines[role] = self._create_engine(role)
        return self._engines[role]


def serve(create_engine: EngineFactory) -> NoReturn:
    """Answer requests until the window closes the pipe or has gone, and end this process."""
    requests, answers = _claim_standard_streams()
    if sys.platform != "win32":
        os.nice(NICENESS)
    host = EngineHost(create_engine)
    with suppress(EOFError, OSError):
        while True:
            answers.write(host.answer(pickle.load(requests)))
            answers.flush()
    os._exit(0)  # nothing here needs tidying, and the model libraries take their time over it


def _claim_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return the pipes from and to the window, and keep them from everybody else in this process.

    What a library prints goes where errors go, and what it asks for is nothing.
    """
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def _as_promised(error: Exception) -> InklingError | ValueError | None:
    """Return a copy that can travel; an exception of a library might bring the library along."""
    if isinstance(error, InklingError):
        return InklingError(error.message, error.hint)
    return ValueError(str(error)) if isinstance(error, ValueError) else None
