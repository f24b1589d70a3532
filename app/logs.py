"""The log file: what happened, never what was written.

Exception messages may quote the text they choked on, so neither the log nor a crash report holds them:
an unexpected exception is told by its type and its frames.
"""

import logging
import logging.handlers
import platform
import sys
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType

from app import VERSION
from app.errors import InklingError

LOG_BYTES = 1_000_000
LOG_GENERATIONS = 3
REPORTED_PACKAGES = ("PySide6-Essentials", "torch", "transformers", "tokenizers", "qasync")


def start_logging(file: Path, level: int = logging.INFO) -> logging.Handler:
    """Send the log to `file` and return its handler; a folder that cannot be written leaves the log off."""
    handler: logging.Handler
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            file, maxBytes=LOG_BYTES, backupCount=LOG_GENERATIONS, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(DiscreetFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for name in ("app", "ui"):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.addHandler(handler)
    return handler


class DiscreetFormatter(logging.Formatter):
    """Formats records without the messages of unexpected exceptions."""

    def formatException(  # noqa: N802 (logging's name)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return the frames and the type of the exception."""
        return describe(ei[1]) if ei[1] is not None else ""


class DescribedError(Exception):
    """Stands for an exception of another process, which is known by what `describe` said of it there."""

    def __init__(self, description: str) -> None:
        super().__init__()
        self.description = description


def describe(exception: BaseException) -> str:
    """Return the frames, the type and, for an `InklingError`, the words of an exception and its causes."""
    lines: list[str] = []
    current: BaseException | None = exception
    while current is not None:
        if isinstance(current, DescribedError):
            lines += [current.description]
            break
        lines += ["Frames, oldest first:"]
        lines += [
            f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
            for frame in traceback.extract_tb(current.__traceback__)
        ]
        words = f": {current.message}" if isinstance(current, InklingError) else ""
        lines += [f"{type(current).__module__}.{type(current).__qualname__}{words}"]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        if current is not None:
            lines += ["which came from:"]
    return "\n".join(lines)


def describe_machine() -> str:
    """Return the versions and the platform, a line each, for a report that the writer may send."""
    lines = [f"Inkling {VERSION}", f"Python {platform.python_version()}", platform.platform()]
    for package in REPORTED_PACKAGES:
        try:
            lines.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            lines.append(f"{package} is not installed")
    lines.append(f"frozen: {getattr(sys, 'frozen', False)}")
    return "\n".join(lines)
