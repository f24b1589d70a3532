"""What is said of a folder whose model cannot be used."""

from pathlib import Path

from app.errors import InklingError


def damaged(folder: Path) -> InklingError:
    """Return the error for files that cannot be read or do not fit together."""
    return InklingError(
        f"The model in {folder} could not be loaded.",
        "Its files may be damaged, incomplete or of a kind that Inkling does not know.",
    )


def lacks_weights(folder: Path) -> InklingError:
    """Return the error for weights that are missing."""
    return InklingError(
        f"The model in {folder} lacks some of its weights.",
        "Its files may be incomplete: copy or download it again, or choose another model.",
    )
