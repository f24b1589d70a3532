"""Options that several commands share, and the types of their values."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.settings import DEVICE, PRECISION, Setting, T


def add_data_dir(parser: argparse.ArgumentParser, default: object) -> None:
    """Add `--data-dir`."""
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=default,
        metavar="DIR",
        help="keep settings, models and logs below this folder",
    )


def add_model_options(parser: argparse.ArgumentParser, role: str) -> None:
    """Add `--model`, `--device` and `--precision`; left out, the writer's settings decide."""
    parser.add_argument(
        "--model",
        default=None,
        metavar="DIR",
        help=f"folder or name of a {role} language model; the one chosen in Preferences if left out",
    )
    parser.add_argument(
        "--device",
        choices=[value for value, _ in DEVICE.choices],
        default=None,
        help="where it runs; as chosen in Preferences if left out",
    )
    parser.add_argument(
        "--precision",
        choices=[value for value, _ in PRECISION.choices],
        default=None,
        help="how a causal model keeps its weights on a CPU; as chosen in Preferences if left out",
    )


def add_setting(parser: argparse.ArgumentParser, flag: str, setting: Setting[Any]) -> None:
    """Add an option with the type, the bounds and the words of a setting; None where it is left out."""
    parser.add_argument(
        flag,
        type=setting_value(setting),
        default=None,
        metavar="N",
        help=f"{setting.help} Default: {setting.default}.".replace("%", "%%"),
    )


def setting_value(setting: Setting[T]) -> Callable[[str], T]:
    """Return a function that reads a value of `setting` from the command line."""

    def read(argument: str) -> T:
        try:
            value = type(setting.default)(argument)
        except ValueError:
            kind = "whole number" if isinstance(setting.default, int) else "number"
            raise argparse.ArgumentTypeError(f"{argument!r} is not a {kind}") from None
        if not setting.accepts(value):
            raise argparse.ArgumentTypeError(
                f"{argument} does not lie between {setting.minimum} and {setting.maximum}"
            )
        return value

    return read


def positive(argument: str) -> int:
    """Read a whole number above 0."""
    if not argument.isdecimal() or int(argument) < 1:
        raise argparse.ArgumentTypeError(f"{argument!r} is not a whole number above 0")
    return int(argument)


def text(argument: str) -> str:
    """Read text; what the terminal could not decode is refused."""
    if not is_well_formed(argument):
        raise argparse.ArgumentTypeError("it is not valid UTF-8")
    return argument


def is_well_formed(content: str) -> bool:
    """Tell whether `content` holds whole characters only, which a tokenizer can read."""
    return not any("\ud800" <= character <= "\udfff" for character in content)
