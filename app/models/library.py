"""The models on this machine: where they lie and which of them are ready."""

import json
import shutil
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from app.engines.prompts import Feed
from app.engines.protocols import Role
from app.errors import InklingError
from app.models.catalog import Bundle, Catalog, KnownModel
from app.models.inspection import inspect_folder

SEAL = "prepared.json"
SEAL_FORMAT = 2  # raise it when a conversion made by an older Inkling must not be used any more
DUTIES: dict[Role, str] = {"causal": "continues text", "masked": "finds words"}


class Library:
    """Finds models by name or folder.

    Args:
        folder: where prepared models lie, one folder each; it need not exist.
        catalog: the models known by name.
    """

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self.folder = folder
        self.catalog = catalog

    def causal(self, choice: str = "") -> Path:
        """Return the folder of the causal model that the writer chose; see `find`."""
        return self.find("causal", choice)

    def masked(self, choice: str = "") -> Path:
        """Return the folder of the masked model that the writer chose; see `find`."""
        return self.find("masked", choice)

    def find(self, role: Role, choice: str = "") -> Path:
        """Return the folder of a model that can be loaded for `role`.

        Args:
            role: what the model is to do.
            choice: the name of a known model or a folder; empty means the default of the role.

        Raises:
            InklingError: there is no such model, it is not prepared, or it cannot be used for the role.
        """
        if choice and choice not in self.catalog:
            folder = Path(choice).expanduser().absolute()
        else:
            model = self.catalog[choice] if choice else self.catalog.default(role)
            if not self.is_prepared(model):
                raise InklingError(f"The model {model.title} is not prepared yet.", _how_to_get(model))
            folder = self.location(model)
        found = inspect_folder(folder)
        if found.role != role:
            raise InklingError(
                f"The model in {folder} {DUTIES[found.role]}; one that {DUTIES[role]} is needed here.",
                f"Choose a {role} language model.",
            )
        return found.folder

    def location(self, model: KnownModel) -> Path:
        """Return where `model` lies, or will lie once it is prepared."""
        return model.origin.folder if isinstance(model.origin, Bundle) else self.folder / model.name

    def is_prepared(self, model: KnownModel) -> bool:
        """Tell whether `model` is there as a whole."""
        if isinstance(model.origin, Bundle):
            return model.origin.folder.is_dir()
        return is_sealed(self.location(model), model.origin.sha256)

    def source(self, model: KnownModel) -> Path | None:
        """Return the file that `model` is prepared from, or None where its package is not installed."""
        if isinstance(model.origin, Bundle):
            return None
        try:
            file = Path(str(distribution(model.origin.name).locate_file(model.origin.file)))
        except PackageNotFoundError:
            return None
        return file if file.is_file() else None

    def source_of(self, folder: Path) -> Path | None:
        """Return the file that the model in `folder` was prepared from, or None where there is none."""
        models = (model for model in self.catalog if self.location(model).resolve() == folder.resolve())
        return next((self.source(model) for model in models), None)

    def feed_of(self, folder_name: str) -> Feed:
        """Return how the model in a folder of that name is shown a text; raw for one that is not known."""
        return self.catalog[folder_name].feed if folder_name in self.catalog else "raw"

    def remove(self, model: KnownModel) -> None:
        """Delete a prepared model. It can be prepared again.

        Raises:
            InklingError: the model comes with Inkling, or the folder could not be deleted.
        """
        if isinstance(model.origin, Bundle):
            raise InklingError(f"{model.title} comes with Inkling and cannot be removed.")
        folder = self.location(model)
        try:
            (folder / SEAL).unlink(missing_ok=True)
            shutil.rmtree(folder)
        except FileNotFoundError:
            return
        except OSError as error:
            raise InklingError(
                f"{folder} could not be deleted.", "Check that you may write there."
            ) from error


def seal(folder: Path, source_sha256: str) -> Path:
    """Write down what `folder` holds, as the last act of preparing it, and return that file."""
    content = {
        "format": SEAL_FORMAT,
        "source_sha256": source_sha256,
        "files": {file.name: file.stat().st_size for file in sorted(folder.iterdir())},
    }
    file = folder / SEAL
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return file


def is_sealed(folder: Path, source_sha256: str) -> bool:
    """Tell whether `folder` was prepared from that source and still holds every file in its full size."""
    try:
        content = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        return (
            content["format"] == SEAL_FORMAT
            and content["source_sha256"] == source_sha256
            and all((folder / name).stat().st_size == size for name, size in content["files"].items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _how_to_get(model: KnownModel) -> str:
    if isinstance(model.origin, Bundle):
        return "Install Inkling again."
    return f"Run “inkling models prepare {model.name}” once."
