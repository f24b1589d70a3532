"""A writer at the real window, with scripted engines behind the real worker thread."""

import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tomli_w
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication

from app.engines.protocols import Engine, Role
from app.engines.scripted import ScriptedEngine
from app.paths import Paths
from app.settings import MAX_NEW_TOKENS, Settings
from tests.waiting import PATIENCE_MS, wait_until
from ui.application import Inkling, WindowOptions
from ui.background_queue import BackgroundQueue
from ui.dialogs.comparison_view import Surroundings
from ui.editor.plain_text import text_of
from ui.first_paint import FirstPaint
from ui.fonts import page_font, register_fonts
from ui.icons import Icons
from ui.notifications import Notice
from ui.theme import Theme

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


class Writer:
    """Types, clicks and looks."""

    def __init__(self, qtbot, inkling: Inkling) -> None:
        self.qtbot = qtbot
        self.inkling = inkling
        self.page = inkling.page
        self.notices: list[Notice] = []
        inkling.notifications.posted.connect(self.notices.append)

    @property
    def text(self) -> str:
        return text_of(self.page.document())

    @property
    def caret(self) -> int:
        return self.page.textCursor().position()

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(self.page, text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.page, key, modifier)

    def paste_all(self, text: str) -> None:
        """Replace the whole text the quick way, as opening a file does."""
        self.page.setPlainText(text)
        self.page.moveCursor(QTextCursor.MoveOperation.End)

    def place_caret(self, position: int) -> None:
        cursor = self.page.textCursor()
        cursor.setPosition(position)
        self.page.setTextCursor(cursor)

    def select(self, start: int, end: int) -> None:
        cursor = self.page.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.page.setTextCursor(cursor)

    def point_in(self, word: str) -> QPoint:
        """Return a point in the middle of a word, in the viewport."""
        start = self.text.index(word)
        left = self.page.cursorRect(self.page.text_cursor_at(start))
        right = self.page.cursorRect(self.page.text_cursor_at(start + len(word)))
        return left.united(right).center()

    def double_click(self, word: str) -> None:
        point = self.point_in(word)
        self.qtbot.mouseClick(self.page.viewport(), Qt.MouseButton.LeftButton, pos=point)
        self.qtbot.mouseDClick(self.page.viewport(), Qt.MouseButton.LeftButton, pos=point)
        self.qtbot.mouseRelease(self.page.viewport(), Qt.MouseButton.LeftButton, pos=point)

    def continue_text(self) -> None:
        self.press(KEY.Key_Return, CTRL)

    def wait_for(self, condition: Callable[[], object], timeout: int = PATIENCE_MS) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=timeout)

    def wait_for_stream(self) -> None:
        self.wait_for(lambda: not self.inkling.continuation.is_streaming)

    def settle(self) -> None:
        """Wait until nothing is on its way to the disk or back."""
        self.wait_for(lambda: self.inkling.documents.disk.is_idle)

    def open(self, path: Path) -> None:
        self.inkling.files.open(path)
        self.settle()

    def save(self) -> None:
        self.inkling.actions["save"].trigger()
        self.settle()

    def said(self) -> str:
        return "\n".join(f"{notice.text} {notice.hint}" for notice in self.notices)


Sit = Callable[..., Writer]


@pytest.fixture
def sit_down(qtbot, qapp: QApplication, tmp_path: Path) -> Iterator[Sit]:
    """Return a function that opens the window: `sit_down(causal=ScriptedEngine(...), masked=...)`."""
    opened: list[Inkling] = []

    def sit(
        causal: Engine | None = None,
        masked: Engine | None = None,
        file: Path | None = None,
        model: Path | None = None,
        wait: bool = True,
    ) -> Writer:
        engines: dict[Role, Engine] = {
            "causal": causal or ScriptedEngine(),
            "masked": masked or ScriptedEngine(),
        }
        settings = tmp_path / "config" / "settings.toml"
        if not settings.exists():
            settings.parent.mkdir()
            settings.write_text(tomli_w.dumps(settings_of(model_folder(tmp_path / "script"))))
        options = WindowOptions(file=file, model=model, data_dir=tmp_path)
        inkling = Inkling(qapp, Paths.under(tmp_path), options, engines.__getitem__)
        opened.append(inkling)
        writer = Writer(qtbot, inkling)
        begin(qtbot, inkling)
        writer.settle()
        if wait:
            writer.wait_for(lambda: inkling.models.is_ready("causal") and inkling.models.is_ready("masked"))
        return writer

    yield sit
    for inkling in opened:
        close(inkling)


def begin(qtbot, inkling: Inkling) -> None:
    """Show the window, and wait until it has begun all that it begins with."""
    painted = FirstPaint(inkling.page.viewport())
    with qtbot.waitSignal(painted.happened):
        inkling.start()
    QApplication.processEvents()
    inkling.window.activateWindow()
    inkling.page.setFocus()


def close(inkling: Inkling) -> None:
    """End the program as its last window does."""
    wait_until(lambda: inkling.documents.disk.is_idle)
    assert inkling.documents.end(PATIENCE_MS)
    assert inkling.client.shut_down(PATIENCE_MS)
    inkling.window.close_for_good()
    inkling.window.deleteLater()
    inkling.deleteLater()
    QApplication.sendPostedEvents(None, 0)
    QApplication.processEvents()


def settings_of(causal: Path) -> dict[str, dict[str, object]]:
    """Return settings with a model and so great a length that streams end only where tests end them."""
    return {
        "models": {"causal": str(causal)},
        "continue": {"max_new_tokens": int(MAX_NEW_TOKENS.maximum or 0)},
    }


def model_folder(folder: Path, architecture: str = "LlamaForCausalLM") -> Path:
    """Make a folder that passes for a model until somebody reads its weights."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"architectures": [architecture], "model_type": "llama"}))
    (folder / "tokenizer.json").write_text("{}")
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bytes(4))
    return folder


@pytest.fixture
def background() -> Iterator[BackgroundQueue]:
    queue = BackgroundQueue("test")
    yield queue
    assert queue.close(30_000)


@pytest.fixture
def surroundings(qapp: QApplication, background: BackgroundQueue, tmp_path: Path) -> Surroundings:
    """What the windows that compare texts need."""
    register_fonts()
    theme = Theme(Settings(), qapp.styleHints())
    store = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    return Surroundings(background, theme, Icons(theme), lambda: page_font("", 12.5), store)
