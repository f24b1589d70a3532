"""From `--model` and `--device` to a model in memory."""

import argparse
import sys
from pathlib import Path
from typing import NamedTuple, cast

from app.assist.context import build_context
from app.document.notes import Notes
from app.engines.prompts import Feed, Prompt
from app.engines.protocols import Engine, MaskFiller, Role, TextGenerator
from app.engines.registry import create_engine
from app.models.catalog import Catalog
from app.models.inspection import inspect_folder
from app.models.library import Library
from app.paths import Paths
from app.settings import CAUSAL_MODEL, DEVICE, MASKED_MODEL, PRECISION, Setting, Settings

CHOSEN_BY: dict[Role, Setting[str]] = {"causal": CAUSAL_MODEL, "masked": MASKED_MODEL}


class ModelChoice:
    """Which models the command line means; where it says nothing, the writer's settings do.

    Args:
        arguments: with `model`, `device`, `precision` and `data_dir`, each None where it was left out.
    """

    def __init__(self, arguments: argparse.Namespace) -> None:
        paths = Paths.under(arguments.data_dir) if arguments.data_dir else Paths.of_this_machine()
        self._settings = Settings(paths.settings_file)
        for notice in self._settings.load():
            print(notice, file=sys.stderr)
        self._named: str | None = arguments.model
        self._library = Library(paths.models, Catalog.shipped())
        self.device: str = arguments.device or self._settings[DEVICE]
        self.precision: str = arguments.precision or self._settings[PRECISION]

    def folder(self, role: Role, named: bool) -> Path:
        """Return the folder of the model for `role`.

        Args:
            role: what it is to do.
            named: whether `--model` is about this role.

        Raises:
            InklingError: there is no such model, or it cannot be used.
        """
        is_named = named and self._named is not None
        return self._library.find(role, self._named or "" if is_named else self._settings[CHOSEN_BY[role]])

    @property
    def feed(self) -> Feed:
        """How the model that continues text is shown one.

        Raises:
            InklingError: there is no such model, or it cannot be used.
        """
        return self._library.feed_of(self.folder("causal", named=True).name)

    def source_of(self, folder: Path) -> Path | None:
        """Return the file that a model of the library was prepared from; see `Library.source_of`."""
        return self._library.source_of(folder)

    def named_role(self) -> Role:
        """Return what the model named by `--model` is for.

        Raises:
            InklingError: there is no such model, or it cannot be used.
        """
        name = self._named or ""
        catalog = self._library.catalog
        return catalog[name].role if name in catalog else inspect_folder(Path(name)).role


class Writing(NamedTuple):
    """A loaded model that continues text, and how it is shown one."""

    generator: TextGenerator
    feed: Feed

    def prompt(self, before: str) -> Prompt:
        """Return what the window would have it read for a caret behind `before`, without notes."""
        return build_context(Notes(), before, self.feed)


def open_writing(arguments: argparse.Namespace) -> Writing:
    """Load the model that continues text.

    Raises:
        InklingError: there is no such model, or it cannot be used.
    """
    choice = ModelChoice(arguments)
    generator = cast(TextGenerator, _open("causal", choice))
    return Writing(generator, choice.feed)


def open_text_generator(arguments: argparse.Namespace) -> TextGenerator:
    """Load the model that continues text, whatever it is shown; see `open_writing`."""
    return open_writing(arguments).generator


def open_mask_filler(arguments: argparse.Namespace) -> MaskFiller:
    """Load the model that finds words; see `open_writing`."""
    return cast(MaskFiller, _open("masked", ModelChoice(arguments)))


def _open(role: Role, choice: ModelChoice) -> Engine:
    folder = choice.folder(role, named=True)
    engine = create_engine(role)
    for _ in engine.load(folder, choice.device, choice.precision):
        pass
    return engine
