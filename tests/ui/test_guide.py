import re
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QListWidget, QTextBrowser

from tests.ui.conftest import KEY, Sit, Writer
from ui.dialogs.guide import MARGIN, Guide
from ui.page_keys import KEYS_ON_THE_PAGE

FOLDER = Path(__file__).parents[2] / "resources" / "guide"
TEXT = (FOLDER / "guide.md").read_text(encoding="utf-8")
MOST_BYTES = 1_500_000


@pytest.fixture
def guide(sit_down: Sit) -> Guide:
    writer: Writer = sit_down()
    writer.inkling.actions["guide"].trigger()
    window = writer.inkling.help_tools.guide
    writer.wait_for(window.isVisible)
    writer.wait_for(lambda: window.findChild(QTextBrowser).verticalScrollBar().maximum() > 0)
    return window


def test_its_pictures_are_there_and_small_and_each_is_described() -> None:
    shown = re.findall(r"!\[([^]]+)\]\(([^)]+)\)", TEXT)
    assert shown
    assert {name for _, name in shown} == {file.name for file in FOLDER.glob("*.png")}
    assert all(len(words) > 10 for words, _ in shown)
    assert sum(file.stat().st_size for file in FOLDER.glob("*.png")) < MOST_BYTES


def test_the_headings_lead_to_their_sections(guide: Guide, qtbot) -> None:
    headings, text = guide.findChild(QListWidget), guide.findChild(QTextBrowser)
    titles = [headings.item(row).text() for row in range(headings.count())]
    assert titles == re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    qtbot.waitUntil(headings.hasFocus)
    for title in titles[1:3]:
        qtbot.keyClick(headings, KEY.Key_Down)
        block = text.textCursor().block()
        assert block.text() == title
        top = text.document().documentLayout().blockBoundingRect(block).top()
        assert abs(top - text.verticalScrollBar().value() - MARGIN // 2) <= 1
    qtbot.keyClick(headings, KEY.Key_Tab)
    assert text.hasFocus()
    qtbot.keyClick(text, KEY.Key_Tab)
    assert not text.hasFocus()
    qtbot.keyClick(guide, KEY.Key_Escape)
    assert not guide.isVisible()


@pytest.mark.parametrize("width", [500, 900, 1400])
def test_pictures_are_never_wider_than_the_page(guide: Guide, qtbot, width: int) -> None:
    guide.resize(width, 600)
    text = guide.findChild(QTextBrowser)
    room = text.viewport().width() - 2 * MARGIN
    name = next(FOLDER.glob("*.png")).name
    kind = QTextDocument.ResourceType.ImageResource.value
    image = text.loadResource(kind, name)
    natural = QImage(str(FOLDER / name)).width() / 2
    assert image.deviceIndependentSize().width() == pytest.approx(min(room, natural), abs=1)
    qtbot.waitUntil(lambda: text.document().size().width() <= text.viewport().width())
    assert text.loadResource(kind, "missing.png") is None


def test_the_keys_that_it_names_are_in_the_table(sit_down: Sit) -> None:
    commands = {
        keys.toString() for action in sit_down().inkling.actions.values() for keys in action.shortcuts()
    }
    known = commands | {key for entry in KEYS_ON_THE_PAGE for key in entry.keys}
    for key in re.findall(
        r"\b(?:Ctrl|Alt|Shift)(?:\+Shift)?\+(?:[A-Z][A-Za-z]+|F?\d+|[^\s\w]|[A-Z])|\bF\d+\b", TEXT
    ):
        assert key.rstrip(",") in known or key in known, key
