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

from app.cli.arguments import add_model_options
from app.cli.jsonl import print_object
from app.cli.open_model import ModelChoice
from app.errors import InklingError

MEGABYTE = 1e6
PACKAGES = {"torch": "torch", "transformers": "transformers", "pyside": "PySide6-Essentials"}
ROWS = (
    ("window_painted_ms", "window painted, from start", "ms"),
    ("model_load_ms", "model loaded, libraries included", "ms"),
    ("first_token_ms", "first token of a paragraph", "ms"),
    ("decode_tokens_per_second", "decode", "tokens/s"),
    ("prefill_tokens_per_second", "prefill", "tokens/s"),
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
    add_model_options(parser, "causal or masked")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command and return its exit status."""
    choice = ModelChoice(arguments)
    role = choice.named_role() if arguments.model is not None else None
    folders = [str(choice.folder(each, named=each == role)) for each in ("causal", "masked")]
    print("Measuring the models …", file=sys.stderr, flush=True)
    models = _measure("app.cli.bench_models", *folders, choice.device)
    print("Measuring the window …", file=sys.stderr, flush=True)
    window = _measure(
        "ui.bench_probe", str(arguments.data_dir or ""), arguments.model or "", str(time.time())
    )
    figures = {**window, **models, "machine": describe_machine()}
    if arguments.json:
        print_object(figures)
    else:
        for line in table(figures):
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
