"""Who wrote the text that a file holds, in a file of its own: the manuscript stays plain text."""

from dataclasses import dataclass
from pathlib import Path

from app.document import checked_json
from app.document.damage import DamagedError
from app.document.manuscript import Run, runs_from_json, runs_to_json

FORMAT = 1


@dataclass(frozen=True)
class Sidecar:
    """The runs of the text in the file whose bytes have this digest."""

    digest: str
    runs: tuple[Run, ...]


def write_sidecar(path: Path, sidecar: Sidecar) -> None:
    """Replace a sidecar in one step.

    Raises:
        OSError: it could not be written; what it held before is untouched.
    """
    checked_json.write(path, {"format": FORMAT, "digest": sidecar.digest, **runs_to_json(sidecar.runs)})


def read_sidecar(path: Path) -> Sidecar:
    """Return what was written.

    Raises:
        DamagedError: it is something else now.
        OSError: the file could not be read, or is not there.
    """
    content = checked_json.read(path)
    try:
        if content["format"] != FORMAT:
            raise ValueError("this format is not known")
        return Sidecar(content["digest"], runs_from_json(content))
    except (KeyError, ValueError) as error:
        raise DamagedError("this is not a sidecar") from error
