from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QPushButton

from app.settings import Settings
from ui.panels.status_line import StatusLine
from ui.theme import Theme


@pytest.fixture
def american() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def line(qtbot, american: None) -> StatusLine:
    theme = Theme(Settings(), QGuiApplication.styleHints())
    widget = StatusLine(theme)
    theme.setParent(widget)
    qtbot.addWidget(widget)
    widget.resize(800, widget.sizeHint().height())
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.mark.parametrize(
    ("count", "selected", "words"),
    [(0, 0, "0 words"), (1, 0, "1 word"), (12345, 0, "12,345 words"), (1200, 7, "7 of 1,200 words")],
)
def test_words(line: StatusLine, count: int, selected: int, words: str) -> None:
    line.show_words(count, selected)
    assert line._words.text() == words


def test_nothing_moves_when_texts_change(line: StatusLine) -> None:
    def places() -> list[object]:
        line.layout().activate()
        return [line._model.geometry(), line._state.geometry(), line._words.geometry(), line.height()]

    before = places()
    line.show_model("A model with a very long name indeed, much longer than its place " * 5)
    line.show_state("Writing… 31.4 tokens per second, and then some more words than fit here " * 5)
    line.show_words(1_234_567, 123_456)
    line.show_progress(0.5)
    assert places() == before
    assert line._state.text().endswith("…")
    assert line._model.accessibleName().startswith("A model with a very long name")


def test_the_model_is_a_way_to_the_models(qtbot, line: StatusLine) -> None:
    with qtbot.waitSignal(line.models_clicked):
        qtbot.mouseClick(line.findChild(QPushButton), Qt.MouseButton.LeftButton)
    line.findChild(QPushButton).setFocus()
    with qtbot.waitSignal(line.models_clicked):
        qtbot.keyClick(line.findChild(QPushButton), Qt.Key.Key_Space)


def test_progress_fills_the_line_with_the_accent(line: StatusLine) -> None:
    accent = QColor(line._theme.colours.accent)

    def share() -> float:
        image = line._progress.grab().toImage()
        filled = sum(image.pixelColor(x, 0) == accent for x in range(image.width()))
        return filled / image.width()

    assert share() == 0
    line.show_progress(0.5)
    assert share() == pytest.approx(0.5, abs=0.01)
    line.show_progress(7.0)
    assert share() == 1
    line.show_progress(-1)
    assert 0 < share() < 0.5
    line.show_progress(None)
    assert share() == 0


def test_progress_runs_from_the_right_where_reading_does(line: StatusLine) -> None:
    line.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    line.show_progress(0.25)
    image = line._progress.grab().toImage()
    assert image.pixelColor(image.width() - 1, 0) == QColor(line._theme.colours.accent)
    assert image.pixelColor(0, 0) != QColor(line._theme.colours.accent)


def test_ampersands_in_a_name_are_not_shortcuts(line: StatusLine) -> None:
    line.show_model("Salt & Pepper")
    assert line._model.text() == "Salt && Pepper"
