import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.engines.protocols import LoadStep, ModelDescription
from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from tests.ui.conftest import CTRL, KEY, Sit, Writer


class Held(ScriptedEngine):
    """Loads once it may."""

    def __init__(self) -> None:
        super().__init__([" on"])
        self.may_load = threading.Event()

    def load(
        self, folder: Path, device: str, precision: str = "auto"
    ) -> Generator[LoadStep, None, ModelDescription]:
        self.may_load.wait()
        return (yield from super().load(folder, device, precision))


class Broken(ScriptedEngine):
    """Cannot be loaded until it is mended."""

    is_mended = False

    def load(
        self, folder: Path, device: str, precision: str = "auto"
    ) -> Generator[LoadStep, None, ModelDescription]:
        if not self.is_mended:
            raise InklingError("Broken.")
        return (yield from super().load(folder, device, precision))


@pytest.fixture
def engine() -> Iterator[Held]:
    engine = Held()
    yield engine
    engine.may_load.set()


def notice(writer: Writer) -> str:
    shown = writer.inkling.notice_bar.notice
    return shown.text if shown is not None else ""


def test_that_a_model_is_made_ready_is_said_no_longer_than_it_is_so(sit_down: Sit, engine: Held) -> None:
    try:
        writer = sit_down(engine, wait=False)
        writer.wait_for(lambda: writer.inkling.models.is_loading("causal"))
        writer.continue_text()
        assert "still being made ready" in notice(writer)
    finally:
        engine.may_load.set()
    writer.wait_for(lambda: writer.inkling.models.is_ready("causal"))
    assert notice(writer) == ""
    assert not writer.inkling.notice_bar.isVisible()


def test_that_there_is_no_model_is_said_once_and_until_there_is_one(sit_down: Sit) -> None:
    engine = Broken()
    writer = sit_down(engine, wait=False)
    writer.wait_for(lambda: notice(writer) == "Broken.")
    writer.inkling.notice_bar.dismiss()
    for _ in range(3):
        writer.continue_text()
    assert notice(writer) == "No model is loaded for this."
    assert len(writer.notices) == 4
    engine.is_mended = True
    writer.inkling.models.load("causal")
    assert notice(writer) == ""
    writer.wait_for(lambda: writer.inkling.models.is_ready("causal"))


def test_a_notice_that_goes_leaves_the_keyboard_where_it_is(sit_down: Sit) -> None:
    writer = sit_down()
    told = writer.inkling.notifications.warn("Something to read.")
    while not writer.inkling.notice_bar.isAncestorOf(QApplication.focusWidget()):
        writer.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_F6)
    writer.page.setFocus()
    writer.press(KEY.Key_F, CTRL)
    field = QApplication.focusWidget()
    writer.inkling.notifications.withdraw(told)
    assert QApplication.focusWidget() is field is not writer.page
