"""Making the starter model ready, in a process of its own so that the window never waits."""

import asyncio
import json
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from contextlib import suppress

from app.errors import InklingError

OnStep = Callable[[float, str], object]
LINE_BYTES = 1 << 20
PATIENCE = 3.0  # seconds between asking the process to end and ending it


class StarterPreparation:
    """Runs `inkling models prepare` and reports what it says.

    Args:
        command: the program and its arguments; it prints one JSON object a line.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command

    async def run(self, on_step: OnStep) -> None:
        """Prepare the model; `on_step` hears of the fraction that is done and of what is being done.

        Cancelling ends the process; what it left half done is not taken for a model.

        Raises:
            InklingError: the model could not be prepared.
        """
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=LINE_BYTES,
        )
        try:
            await self._follow(process, on_step)
        finally:
            await _end(process)

    async def _follow(self, process: Process, on_step: OnStep) -> None:
        is_ready = False
        assert process.stdout is not None
        async for line in process.stdout:
            step = json.loads(line)
            if "error" in step:
                raise InklingError(step["error"], step.get("hint", ""))
            is_ready = "ready" in step
            if "fraction" in step:
                on_step(step["fraction"], step["what"])
        if await process.wait() != 0 or not is_ready:
            raise InklingError(
                "The starter model could not be made ready.", "Run “inkling models prepare” to see why."
            )


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        process.kill()
        await process.wait()
