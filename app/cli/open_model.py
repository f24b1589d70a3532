"""From `--model` and `--device` to a model in memory."""

import argparse
import sys
from typing import cast

from app.engines.protocols import Engine, MaskFiller, TextGenerator
from app.engines.registry import Role, create_engine
from app.models.catalog import Catalog
from app.models.library import Library
from app.paths import Paths
from app.settings import CAUSAL_MODEL, DEVICE, MASKED_MODEL, Setting, Settings

CHOSEN_BY: dict[Role, Setting[str]] = {"causal": CAUSAL_MODEL, "masked": MASKED_MODEL}


def open_text_generator(arguments: argparse.Namespace) -> TextGenerator:
    """Load the model that continues text.

    Args:
        arguments: with `model`, `device` and `data_dir`, each None where it was left out.

    Raises:
        InklingError: there is no such model, or it cannot be used.
    """
    return cast(TextGenerator, _open("causal", arguments))


def open_mask_filler(arguments: argparse.Namespace) -> MaskFiller:
    """Load the model that finds words; see `open_text_generator`."""
    return cast(MaskFiller, _open("masked", arguments))


def _open(role: Role, arguments: argparse.Namespace) -> Engine:
    paths = Paths.under(arguments.data_dir) if arguments.data_dir else Paths.of_this_machine()
    settings = Settings(paths.settings_file)
    for notice in settings.load():
        print(notice, file=sys.stderr)
    choice = settings[CHOSEN_BY[role]] if arguments.model is None else arguments.model
    folder = Library(paths.models, Catalog.shipped()).find(role, choice)
    engine = create_engine(role)
    for _ in engine.load(folder, arguments.device or settings[DEVICE]):
        pass
    return engine
