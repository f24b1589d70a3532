"""A window with a page and its documents, without models."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QPushButton, QWidget

from app.document.history import History
from app.paths import Paths
from app.settings import Settings
from tests.waiting import wait_until
from ui.dialogs.changed_elsewhere import ChangedElsewhereWindow
from ui.document_tools import DocumentTools
from ui.editor.manuscript_on_page import ManuscriptOnPage
from ui.editor.page import Page
from ui.icons import Icons
from ui.main_window import MainWindow
from ui.notifications import Notice, Notifications
from ui.recent_files import RecentFiles
from ui.theme import Theme


class Desk:
    """A window with a page, and what a writer does with it."""

    def __init__(self, qtbot, folder: Path) -> None:
        self.qtbot = qtbot
        self.folder = folder
        store = QSettings(str(folder / "state" / "window.ini"), QSettings.Format.IniFormat)
        self.window = MainWindow(store)
        self.page = Page(self.window)
        self.window.assemble(self.page)
        self.notices: list[Notice] = []
        notifications = Notifications(self.window)
        notifications.posted.connect(self.notices.append)
        self.recent = RecentFiles(folder / "state" / "window.ini", self.window)
        theme = Theme(Settings(), QApplication.styleHints(), self.window)
        self.tools = DocumentTools(
            self.page,
            ManuscriptOnPage(self.page, self.window),
            Paths.under(folder),
            theme,
            Icons(theme),
            store,
            notifications,
            self.recent,
            self.window,
        )
        self.files = self.tools.files
        self.window.show()
        qtbot.waitExposed(self.window)
        self.settle()

    def settle(self) -> None:
        wait_until(lambda: self.tools.disk.is_idle)

    def open(self, path: Path) -> None:
        self.files.open(path)
        self.settle()

    def save(self) -> None:
        self.files.save()
        self.settle()

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def said(self) -> str:
        return "\n".join(f"{notice.text} {notice.hint}" for notice in self.notices)

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(self.page, text)

    def answer(self, label: str) -> None:
        box = self.question()
        button = next(button for button in box.buttons() if button.text().replace("&", "") == label)
        with self.qtbot.waitSignal(box.destroyed):
            self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def question(self) -> QMessageBox:
        self.qtbot.waitUntil(lambda: self.window.findChild(QMessageBox) is not None)
        return self.window.findChild(QMessageBox)

    def choose_text(self, label: str) -> None:
        """Answer the window that compares the page with what another program wrote."""
        window = self.find(ChangedElsewhereWindow)
        buttons = window.findChildren(QPushButton)
        button = next(button for button in buttons if button.text().replace("&", "") == label)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def find(self, kind):
        """Return the child window of a kind, as soon as there is one that can be seen."""

        def found() -> list[QWidget]:
            return [child for child in self.window.findChildren(kind) if child.isVisible()]

        self.qtbot.waitUntil(lambda: bool(found()))
        return found()[-1]

    def versions(self, path: Path) -> list[tuple[str, str]]:
        """Return text and note of each version, the oldest first."""
        kept = History(Paths.under(self.folder).history, path).versions
        return [(kept.load(one).text, one.note) for one in reversed(kept.generations())]

    def choose(self, path: Path) -> None:
        dialog = self.find(QFileDialog)
        line = dialog.findChild(QLineEdit)

        def is_chosen() -> bool:
            """Type it; the dialog chooses by itself what lies in the folder until it has read that."""
            line.clear()
            line.setText(str(path))
            return [Path(file).with_suffix("") for file in dialog.selectedFiles()] == [path.with_suffix("")]

        self.qtbot.waitUntil(is_chosen)
        dialog.accept()
        self.qtbot.waitUntil(lambda: self.window.findChild(QFileDialog) is None)
        self.settle()


@contextmanager
def sitting_down(qtbot, folder: Path) -> Iterator[Desk]:
    """Open the window, and end it behind the test."""
    desk = Desk(qtbot, folder)
    yield desk
    desk.settle()
    assert desk.tools.end(10_000)
    desk.window.close_for_good()
    desk.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
