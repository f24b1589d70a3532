"""`inkling models` as programs and writers call it: real processes, the real starter model."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.models.catalog import Catalog
from app.models.library import Library
from app.paths import Paths

MAIN = """
import argparse, sys
from pathlib import Path
from app.cli import models

parser = argparse.ArgumentParser(prog="inkling")
parser.add_argument("--data-dir", type=Path)
models.add_parser(parser.add_subparsers(required=True))
arguments = parser.parse_args()
sys.exit(arguments.run(arguments))
"""


def command(data_dir: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-c", MAIN, "--data-dir", str(data_dir), "models", *arguments]


def inkling(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(data_dir, *arguments), capture_output=True, text=True, timeout=120)


def library_in(data_dir: Path) -> Library:
    return Library(Paths.under(data_dir).models, Catalog.shipped())


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def preparing(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Start to prepare the starter model and return once its file is being read."""
    process = subprocess.Popen(
        command(tmp_path, "prepare", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    read_until(process, "Reading the model")
    yield process
    process.kill()
    process.communicate()


def read_until(process: subprocess.Popen[str], what: str) -> None:
    assert process.stdout is not None
    assert any(json.loads(line).get("what") == what for line in process.stdout)


def test_the_list_names_what_is_ready(tmp_path: Path) -> None:
    plain = inkling(tmp_path)
    assert plain.returncode == 0
    assert [line.split()[0] for line in plain.stdout.splitlines()] == ["smollm2-135m-instruct", "word-mini"]
    (listed,) = objects(inkling(tmp_path, "--json").stdout)
    assert [model["prepared"] for model in listed["models"]] == [False, True]


def test_listing_loads_no_model_library(tmp_path: Path) -> None:
    probe = (
        "import sys; sys.exit = print\n"
        + MAIN
        + "print({'torch', 'transformers', 'gguf'} & set(sys.modules))"
    )
    arguments = [sys.executable, "-c", probe, "--data-dir", str(tmp_path), "models"]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines()[-2:] == ["0", "set()"], done.stderr


def test_killed_midway_it_is_not_ready_and_the_next_time_works(
    tmp_path: Path, preparing: subprocess.Popen[str]
) -> None:
    library = library_in(tmp_path)
    starter = library.catalog.default("causal")
    read_until(preparing, "Converting the weights")
    preparing.kill()
    preparing.wait()
    assert len(list(library.folder.glob(".*.partial-*"))) == 1
    assert not library.is_prepared(starter)

    done = inkling(tmp_path, "prepare", "--json")
    assert done.returncode == 0, done.stderr
    *steps, last = objects(done.stdout)
    assert last == {"ready": str(library.location(starter))}
    fractions = [step["fraction"] for step in steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert library.causal() == library.location(starter)
    assert [entry.name for entry in library.folder.iterdir()] == [starter.name]

    again = inkling(tmp_path, "prepare")
    assert (again.returncode, again.stdout) == (0, "")
    assert inkling(tmp_path, "check", str(library.location(starter))).stdout.count("causal model") == 1
    assert inkling(tmp_path, "remove", starter.name).returncode == 0
    assert not library.is_prepared(starter)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_midway_it_leaves_nothing(
    tmp_path: Path, preparing: subprocess.Popen[str], number: signal.Signals, status: int
) -> None:
    psutil.Process(preparing.pid).send_signal(number)
    _, errors = preparing.communicate(timeout=120)
    assert preparing.returncode == status
    assert "Traceback" not in errors
    assert list(library_in(tmp_path).folder.iterdir()) == []


def test_an_unknown_name_is_one_line_and_status_1(tmp_path: Path) -> None:
    done = inkling(tmp_path, "prepare", "gpt-17")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "No model is called gpt-17. Known models: smollm2-135m-instruct, word-mini.\n"
    told = objects(inkling(tmp_path, "prepare", "gpt-17", "--json").stdout)
    assert told == [
        {"error": "No model is called gpt-17.", "hint": "Known models: smollm2-135m-instruct, word-mini."}
    ]


def test_checking_a_folder(tmp_path: Path) -> None:
    folder = library_in(tmp_path).masked()
    (told,) = objects(inkling(tmp_path, "check", "--json", str(folder)).stdout)
    assert (told["role"], told["model_type"]) == ("masked", "bert")
    refused = inkling(tmp_path, "check", str(tmp_path))
    assert refused.returncode == 1
    assert "no config.json" in refused.stderr


@pytest.mark.parametrize("arguments", [["check"], ["remove"], ["prepare", "a", "b"], ["paint"]])
def test_wrong_arguments_are_status_2(tmp_path: Path, arguments: list[str]) -> None:
    assert inkling(tmp_path, *arguments).returncode == 2
