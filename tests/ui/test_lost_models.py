"""A writer whose models' process is killed, at the real window with the scripted engine in a real process."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import tomli_w
from PySide6.QtWidgets import QApplication

from app.paths import Paths
from app.worker.engine_process import EngineProcess
from tests.ui.conftest import KEY, Writer, begin, close, model_folder
from ui.application import Inkling, WindowOptions
from ui.running import end_program

HOST = """
from app.engines.scripted import ScriptedEngine
from app.worker.engine_host import serve
serve(lambda role: ScriptedEngine([" word"] * 1000, seconds_per_token=0.01, seconds_per_load=SECONDS))
"""
ENDED = "The program that runs the models ended unexpectedly."


class Desk:
    """A writer, and the process of the models."""

    def __init__(self, qtbot, qapp: QApplication, folder: Path, seconds_per_load: float) -> None:
        settings = folder / "config" / "settings.toml"
        settings.parent.mkdir()
        settings.write_text(tomli_w.dumps({"models": {"causal": str(model_folder(folder / "script"))}}))
        self.engines = EngineProcess([sys.executable, "-c", HOST.replace("SECONDS", str(seconds_per_load))])
        options = WindowOptions(data_dir=folder)
        self.inkling = Inkling(qapp, Paths.under(folder), options, self.engines.create_engine)
        self.engines.lost.connect(self.inkling.models.load_lost)
        self.writer = Writer(qtbot, self.inkling)
        begin(qtbot, self.inkling)

    def is_ready(self) -> bool:
        return all(self.inkling.models.is_ready(role) for role in ("causal", "masked"))

    def wait_until_ready(self) -> None:
        self.writer.wait_for(self.is_ready)

    def kill(self) -> None:
        (child,) = children()
        child.kill()
        self.writer.wait_for(lambda: not self.is_ready())

    def said(self) -> list[str]:
        return [notice.text for notice in self.writer.notices]


@pytest.fixture
def desk(qtbot, qapp: QApplication, tmp_path: Path, request) -> Iterator[Desk]:
    desk = Desk(qtbot, qapp, tmp_path, getattr(request, "param", 0.0))
    yield desk
    assert end_program(desk.inkling, desk.engines)
    close(desk.inkling)
    assert not children()


def children() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if each.status() != psutil.STATUS_ZOMBIE]


def test_models_lost_in_a_stream_are_told_in_one_sentence_and_loaded_again(desk: Desk) -> None:
    desk.wait_until_ready()
    writer, bar = desk.writer, desk.inkling.notice_bar
    writer.paste_all("The old house")
    writer.continue_text()
    writer.wait_for(lambda: "word" in writer.text)
    desk.kill()
    writer.wait_for(lambda: not desk.inkling.continuation.is_streaming)
    assert bar.notice is not None
    assert bar.notice.text == ENDED
    written = writer.text
    assert written.startswith("The old house word")

    desk.wait_until_ready()
    writer.continue_text()
    writer.wait_for(lambda: len(writer.text) > len(written))
    writer.press(KEY.Key_Escape)
    bar.dismiss()
    assert bar.notice is None  # nothing waited behind it
    assert set(desk.said()) == {ENDED}


def test_models_lost_again_wait_for_the_writer(desk: Desk) -> None:
    desk.wait_until_ready()
    desk.kill()
    desk.wait_until_ready()
    desk.kill()
    assert desk.said() == [ENDED, ENDED]
    assert not desk.inkling.models.is_loading("causal")
    desk.writer.continue_text()
    absence = desk.writer.notices[-1]
    assert absence.text == "No model is loaded for this."
    assert absence.action is not None
    absence.action.run()
    desk.writer.wait_for(lambda: desk.inkling.models.is_ready("causal"))
    desk.writer.paste_all("The old house")
    desk.writer.continue_text()
    desk.writer.wait_for(lambda: "word" in desk.writer.text)


@pytest.mark.parametrize("desk", [2.0], indirect=True)
def test_models_lost_while_they_load_are_not_loaded_for_ever(desk: Desk) -> None:
    desk.writer.wait_for(lambda: desk.inkling.models.is_loading("causal") and children())
    time.sleep(0.1)
    desk.kill()
    models = desk.inkling.models
    desk.writer.wait_for(lambda: not models.is_loading("causal") and models.is_ready("masked"))
    assert not models.is_ready("causal")
    assert set(desk.said()) == {ENDED}


@pytest.mark.parametrize("desk", [60.0], indirect=True)
def test_quitting_while_a_model_loads_leaves_nothing_behind(desk: Desk) -> None:
    desk.writer.wait_for(lambda: desk.inkling.models.is_loading("causal") and children())
    assert end_program(desk.inkling, desk.engines)  # it waits for less than a step, which takes 15 seconds
    assert not children()
