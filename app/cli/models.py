"""`inkling models`: list, prepare, check and remove language models."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from app.engines.protocols import LoadStep
from app.errors import InklingError
from app.models.catalog import Catalog, KnownModel
from app.models.inspection import ModelFolder, inspect_folder
from app.models.library import Library
from app.models.preparation import prepare
from app.offline import go_offline
from app.paths import Paths

BAR_WIDTH = 30  # characters
FAILED = 1
INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `models`; its `run` expects `data_dir`, a path or None, in the arguments."""
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON, for programs"
    )

    parser = subparsers.add_parser("models", parents=[as_json], help="list, prepare, check or remove models")
    parser.set_defaults(run=run, action=_list, json=False)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")

    preparing = actions.add_parser("prepare", parents=[as_json], help="make a model ready to load")
    preparing.add_argument(
        "name", nargs="?", metavar="NAME", help="a known model; the starter model if left out"
    )
    preparing.set_defaults(action=_prepare)

    checking = actions.add_parser(
        "check", parents=[as_json], help="tell whether Inkling can use a model folder"
    )
    checking.add_argument("folder", type=Path, metavar="DIR")
    checking.set_defaults(action=_check)

    removing = actions.add_parser("remove", parents=[as_json], help="delete a prepared model")
    removing.add_argument("name", metavar="NAME")
    removing.set_defaults(action=_remove)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command and return its exit status."""
    data_dir: Path | None = arguments.data_dir
    paths = Paths.under(data_dir) if data_dir else Paths.of_this_machine()
    library = Library(paths.models, Catalog.shipped())
    action: Callable[[Library, argparse.Namespace], None] = arguments.action
    earlier = signal.signal(signal.SIGTERM, _exit)
    try:
        action(library, arguments)
    except InklingError as error:
        _report(error, arguments.json)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, earlier)
    return 0


def _list(library: Library, arguments: argparse.Namespace) -> None:
    rows = [_describe(library, model) for model in library.catalog]
    if arguments.json:
        _print_json({"models": rows})
        return
    for row in rows:
        state = "ready" if row["prepared"] else "not prepared"
        print(f"{row['name']:<24}{row['role']:<8}{state:<14}{row['folder']}")


def _prepare(library: Library, arguments: argparse.Namespace) -> None:
    catalog = library.catalog
    model = catalog[arguments.name] if arguments.name else catalog.default("causal")
    show = _choose_display(arguments.json)
    for step in prepare(library, model, _convert):
        show(step)
    if arguments.json:
        _print_json({"ready": str(library.location(model))})


def _check(_: Library, arguments: argparse.Namespace) -> None:
    found = inspect_folder(arguments.folder)
    if arguments.json:
        _print_json(_as_dict(found))
    else:
        kind = found.architecture or found.model_type
        print(f"{found.folder}: {found.role} model, {kind}, {found.weight_bytes / 1e6:.0f} MB of weights")


def _remove(library: Library, arguments: argparse.Namespace) -> None:
    model = library.catalog[arguments.name]
    library.remove(model)
    if arguments.json:
        _print_json({"removed": model.name})


def _convert(source: Path, target: Path) -> Iterator[LoadStep]:
    yield LoadStep(0.0, "Starting the converter")
    go_offline(os.environ)
    from app.engines.gguf_conversion import convert  # takes seconds to import, and is rarely needed

    yield from convert(source, target)


def _describe(library: Library, model: KnownModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "title": model.title,
        "role": model.role,
        "licence": model.licence,
        "folder": str(library.location(model)),
        "prepared": library.is_prepared(model),
    }


def _as_dict(found: ModelFolder) -> dict[str, Any]:
    return {
        "folder": str(found.folder),
        "role": found.role,
        "architecture": found.architecture,
        "model_type": found.model_type,
        "weight_bytes": found.weight_bytes,
    }


def _choose_display(as_json: bool) -> Callable[[LoadStep], None]:
    if as_json:
        return lambda step: _print_json({"fraction": round(step.fraction, 4), "what": step.what})
    return _draw_bar if sys.stderr.isatty() else LineDisplay()


def _draw_bar(step: LoadStep) -> None:
    full = round(BAR_WIDTH * step.fraction)
    end = "\n" if step.fraction >= 1 else ""
    bar = "█" * full + "░" * (BAR_WIDTH - full)
    print(f"\r{bar} {step.fraction:4.0%}  {step.what}\x1b[K", end=end, file=sys.stderr, flush=True)


class LineDisplay:
    """Prints a line when the work turns to something else, for logs and pipes."""

    def __init__(self) -> None:
        self._what = ""

    def __call__(self, step: LoadStep) -> None:
        """Show `step`."""
        if step.what != self._what:
            print(f"{step.fraction:4.0%}  {step.what}", file=sys.stderr, flush=True)
        self._what = step.what


def _report(error: InklingError, as_json: bool) -> None:
    if as_json:
        _print_json({"error": error.message, "hint": error.hint})
    print(f"{error.message} {error.hint}".rstrip(), file=sys.stderr)


def _print_json(content: dict[str, Any]) -> None:
    print(json.dumps(content, ensure_ascii=False), flush=True)


def _exit(_signal: int, _frame: FrameType | None) -> None:
    """End by an exception, so that what is half made is cleaned up on the way."""
    raise SystemExit(TERMINATED)
