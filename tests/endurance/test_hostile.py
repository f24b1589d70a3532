"""Hostile files and pastes take bounded time and memory, fetch nothing, and are answered in words."""

import errno
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.endurance.ordinary_user import OrdinaryUser

MOST_SECONDS = 60.0  # of a slow machine
MOST_MEGABYTES = 700  # over the empty window
DRIVER = "tests.endurance.hostile_window"

Meet = Callable[..., dict[str, Any]]


@pytest.fixture
def meet(ordinary: OrdinaryUser) -> Meet:
    """Return a function that lets the window of an ordinary user meet something."""

    def run(*details: object) -> dict[str, Any]:
        done = ordinary.python("-m", DRIVER, ordinary.folder(), *map(str, details), timeout=240)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        print(f"{found['seconds']:.2f} s, {found['megabytes']} MB more, {found['notices']}")
        assert found["seconds"] < MOST_SECONDS
        assert found["megabytes"] < MOST_MEGABYTES
        return found

    return run


@pytest.fixture
def folder(ordinary: OrdinaryUser) -> Path:
    return ordinary.folder()


def test_one_line_of_100_mb(ordinary: OrdinaryUser, meet: Meet, folder: Path) -> None:
    file = folder / "line.txt"
    file.write_bytes(b"word " * 20_000_000)
    ordinary.give(file)
    found = meet("open", file)
    assert found["notices"] == ["“line.txt” has a paragraph of more than 4,000,000 characters."]
    assert found["characters"] == 0


def test_nul_bytes(meet: Meet, folder: Path) -> None:
    file = folder / "nul.txt"
    file.write_bytes(b"text\0" * 1000)
    assert meet("open", file)["notices"] == ["“nul.txt” is not a text file."]


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/tty"])
def test_a_device(meet: Meet, device: str) -> None:
    name = Path(device).name
    assert meet("open", device)["notices"] == [f"“{name}” is not a file that can be edited."]


def test_a_pipe(ordinary: OrdinaryUser, meet: Meet, folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    ordinary.give(pipe)
    assert meet("open", pipe)["notices"] == ["“pipe” is not a file that can be edited."]


def test_a_folder(meet: Meet, folder: Path) -> None:
    assert meet("open", folder)["notices"] == [f"“{folder.name}” is a folder."]


@pytest.mark.parametrize("character", ["x", "ü", "🙂"])
def test_a_name_of_255_bytes(ordinary: OrdinaryUser, meet: Meet, folder: Path, character: str) -> None:
    length = 255 // len(character.encode())
    file = folder / (character * (length - 1) + "y" * (255 - (length - 1) * len(character.encode())))
    assert len(os.fsencode(file.name)) == 255
    file.write_text("the text", encoding="utf-8")
    ordinary.give(file)
    found = meet("open", file)
    assert (found["notices"], found["text"]) == ([], "More of the text")
    assert file.read_text(encoding="utf-8") == "More of the text"
    assert [each.name for each in folder.iterdir()] == [file.name]


def test_a_file_that_grows_while_it_is_read(ordinary: OrdinaryUser, meet: Meet, folder: Path) -> None:
    file = folder / "growing.txt"
    file.write_bytes(b"a line\n" * 5_000_000)
    ordinary.give(file)
    with growing(file):
        found = meet("open", file)
    assert found["notices"] == ["Another program is writing to “growing.txt”."]
    assert found["characters"] == 0


@pytest.mark.parametrize(("size", "words"), [(50_000_000, 0), (4_500_000, 20_000)])
def test_a_paste_of_rich_text(
    ordinary: OrdinaryUser, meet: Meet, folder: Path, size: int, words: int
) -> None:
    pipe = folder / "picture.png"  # whoever opened it would wait for ever
    os.mkfifo(pipe)
    ordinary.give(pipe)
    with counting_server() as (port, requests):
        found = meet("paste", port, pipe, size)
    assert requests == []
    with pytest.raises(OSError, match=os.strerror(errno.ENXIO)):  # nobody reads from it
        os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    if words:
        assert found["notices"] == []
        assert found["text"].startswith("word\nword\n")
        assert found["characters"] > 5 * words
    else:
        assert found["notices"] == ["This is too long to be pasted."]
        assert found["characters"] == 0


@contextmanager
def growing(file: Path) -> Iterator[None]:
    """Let somebody append to a file all the time."""
    stop = threading.Event()

    def grow() -> None:
        with file.open("ab", buffering=0) as output:
            while not stop.wait(0.001):
                output.write(b"one more line\n")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()


@contextmanager
def counting_server() -> Iterator[tuple[int, list[str]]]:
    """Listen on this machine, and note who asks for what."""
    requests: list[str] = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Counting)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_port, requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
