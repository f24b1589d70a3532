"""`inkling bench`: what Inkling does on this machine, the real window included."""

import argparse
import json
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from app.cli.arguments import add_model_options, positive
from app.cli.bench_document import WORDS, lines_about, measure_document
from app.cli.bench_engines import ROUNDS, compare
from app.cli.bench_engines_table import lines_about as lines_about_engines
from app.cli.bench_typing import SECONDS, measure_typing
from app.cli.bench_typing import lines_about as lines_about_typing
from app.cli.jsonl import print_object
from app.cli.memory import MEGABYTE
from app.cli.open_model import ModelChoice
from app.engines.protocols import Role
from app.errors import InklingError

ROLES: tuple[Role, Role] = ("causal", "masked")
PACKAGES = {"torch": "torch", "transformers": "transformers", "pyside": "PySide6-Essentials"}
ROWS = (
    ("window_painted_ms", "window painted, from start", "ms"),
    ("model_load_ms", "model loaded, libraries included", "ms"),
    ("first_token_ms", "first token of a paragraph", "ms"),
    ("warm_first_token_ms", "first token, read ahead", "ms"),
    ("warm_first_token_steps", "the same, in decode steps", "steps"),
    ("ghost_ms", "first ghost words, read ahead", "ms"),
    ("decode_tokens_per_second", "decode", "tokens/s"),
    ("prefill_tokens_per_second", "prefill", "tokens/s"),
    ("sampling_percent", "choosing a token", "% of a step"),
    ("model_memory_mb", "memory, model alone", "MB"),
    ("words_ms", "other words", "ms"),
    ("event_loop_gap_ms.idle", "event-loop gap, idle", "ms"),
    ("event_loop_gap_ms.loading", "event-loop gap, loading", "ms"),
    ("event_loop_gap_ms.generating", "event-loop gap, generating", "ms"),
    ("peak_memory_mb", "peak memory", "MB"),
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `bench`."""
    parser = subparsers.add_parser("bench", help="measure Inkling on this machine")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--engine",
        choices=("ours", "all"),
        default="ours",
        help="all: compare with transformers, and with llama.cpp where llama-cpp-python is installed",
    )
    parser.add_argument(
        "--rounds",
        type=positive,
        default=ROUNDS,
        metavar="N",
        help=f"how often --engine all measures each engine, by turns. Default: {ROUNDS}.",
    )
    parser.add_argument(
        "--document",
        type=positive,
        nargs="?",
        const=WORDS,
        metavar="WORDS",
        help=f"measure the window with a long text instead. Default: {WORDS:,} words.",
    )
    parser.add_argument("--typing", action="store_true", help="measure ghost text behind fast typing instead")
    parser.add_argument(
        "--seconds",
        type=positive,
        default=SECONDS,
        metavar="N",
        help=f"how long --typing types without a rest. Default: {SECONDS}.",
    )
    add_model_options(parser, "causal or masked")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command and return its exit status."""
    choice = ModelChoice(arguments)
    role = choice.named_role() if arguments.model is not None else None
    causal, masked = (choice.folder(each, named=each == role) for each in ROLES)
    if arguments.document is not None:
        return _measure_document(arguments, causal)
    if arguments.typing:
        return _measure_typing(arguments, causal)
    _tell("Measuring the models …")
    models = _measure("app.cli.bench_models", str(causal), str(masked), choice.device)
    _tell("Measuring the window …")
    window = _measure(
        "ui.bench_probe", str(arguments.data_dir or ""), arguments.model or "", str(time.time())
    )
    figures = {**window, **models, "machine": describe_machine()}
    compares = arguments.engine == "all"
    if compares:
        figures |= compare(causal, choice.source_of(causal), choice.device, arguments.rounds, _tell)
    if arguments.json:
        print_object(figures)
    else:
        for line in table(figures):
            print(line)
        if compares:
            print()
            for line in lines_about_engines(figures):
                print(line)
    return 0


def _measure_document(arguments: argparse.Namespace, causal: Path) -> int:
    _tell("Measuring the window with a long text …")
    figures = measure_document(arguments.document, causal, _measure)
    return _print(arguments, figures, lines_about(figures))


def _measure_typing(arguments: argparse.Namespace, causal: Path) -> int:
    _tell("Measuring the window while somebody types …")
    figures = measure_typing(arguments.seconds, causal, _measure)
    return _print(arguments, figures, lines_about_typing(figures))


def _print(arguments: argparse.Namespace, figures: dict[str, Any], lines: Iterator[str]) -> int:
    if arguments.json:
        print_object({**figures, "machine": describe_machine()})
    else:
        for line in lines:
            print(line)
    return 0


def table(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a table for people."""
    for key, title, unit in ROWS:
        value: Any = figures
        for part in key.split("."):
            value = value[part]
        if isinstance(value, dict):
            value = "  ".join(f"{name} {number:g}" for name, number in value.items())
        yield (
            f"{title:<34}{value:>12} {unit}"
            if isinstance(value, int | float)
            else f"{title:<34}{value} {unit}"
        )
    machine = figures["machine"]
    yield ""
    yield f"{machine['cores']} cores, {machine['memory_mb']} MB, {machine['processor']}"
    yield machine["platform"]
    yield ", ".join(f"{name} {machine[name]}" for name in ("python", *PACKAGES))


def describe_machine() -> dict[str, Any]:
    """Return the size of this machine and the versions of what runs on it."""
    return {
        "cores": psutil.cpu_count(),
        "memory_mb": round(psutil.virtual_memory().total / MEGABYTE),
        "processor": _processor(),
        "python": platform.python_version(),
        **{name: _version(package) for name, package in PACKAGES.items()},
        "platform": platform.platform(),
    }


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _measure(module: str, *arguments: str) -> dict[str, Any]:
    """Run a measuring module in a process of its own and return the object that it prints.

    Whatever ends this process's waiting, Ctrl+C too, ends the child.

    Raises:
        InklingError: it could not measure; the words are its last line.
    """
    command = [sys.executable, "-m", module, *arguments]
    child = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if child.returncode:
        raise InklingError((child.stderr.strip().splitlines() or ["The measurement failed."])[-1])
    figures: dict[str, Any] = json.loads(child.stdout.splitlines()[-1])
    return figures


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
