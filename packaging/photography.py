"""The real program, worked with keys and the mouse, and pictures of it; for the README and the guide.

The program's files lie in a temporary folder, so that no picture depends on who takes it.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.engines.registry import EngineFactory
from app.errors import InklingError
from app.models.catalog import Catalog
from app.models.library import Library
from app.paths import Paths
from app.worker.engine_process import EngineProcess
from ui.__main__ import has_display
from ui.application import Inkling, WindowOptions
from ui.program import HOST_ENGINES, own_command
from ui.running import end_program

PATIENCE = 300  # seconds for one step, on a machine that does much else
TEXT = """# The Ferryman’s Daughter

The river had risen in the night. When Anna opened the door of the boathouse the water stood a hand’s \
breadth below the sill, brown and quick, carrying branches and once, turning slowly, somebody’s gate.

Her father had crossed in worse. He had told her so often enough, and with every telling the river had \
grown a little wider. But her father lay in bed with a fever, and on the far bank a lantern was swinging: \
twice, a pause, and twice again.

Anna untied the rope and took up the oars."""

Seen = tuple[QWidget, ...]  # a window, and the popups over it
Key, Modifier = Qt.Key, Qt.KeyboardModifier


class Desk:
    """Works the window as a writer does."""

    def __init__(self, inkling: Inkling, paths: Paths) -> None:
        self.inkling = inkling
        self.paths = paths
        self.page = inkling.page
        self.window = inkling.window

    def sit_down(self, size: QSize) -> None:
        """Open the window and wait for the text and both models."""
        self.window.resize(size)
        self.inkling.start()
        self.window.activateWindow()
        ready = self.inkling.models.is_ready
        self.wait_for(lambda: ready("causal") and ready("masked"), "the models")
        self.press(Key.Key_End, Modifier.ControlModifier)
        wait(200)

    def press(self, key: Qt.Key, modifier: Modifier = Modifier.NoModifier) -> None:
        """Press a key wherever the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.page, key, modifier)

    def type(self, text: str) -> None:
        """Type wherever the keyboard is."""
        QTest.keyClicks(QApplication.focusWidget() or self.page, text)

    def double_click(self, word: str) -> None:
        """Double-click a word of the page."""
        middle = self._middle_of(word)
        for act in (QTest.mouseClick, QTest.mouseDClick, QTest.mouseRelease):
            act(self.page.viewport(), Qt.MouseButton.LeftButton, pos=middle)

    def wait_for(self, condition: Callable[[], object], what: str) -> None:
        """Let the program run until something is so.

        Raises:
            InklingError: it was not so for minutes.
        """
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise InklingError(f"Waited in vain for {what}.")
            wait(5)

    def click_behind(self, words: str) -> None:
        """Click where some words of the page end."""
        place = self.page.document().find(words)
        point = self.page.cursorRect(place).center()
        QTest.mouseClick(self.page.viewport(), Qt.MouseButton.LeftButton, pos=point)

    def rest_with_alt(self, word: str) -> None:
        """Move the pointer onto a word of the page, with Alt held."""
        viewport, point = self.page.viewport(), QPointF(self._middle_of(word))
        none, screen = Qt.MouseButton.NoButton, QPointF(viewport.mapToGlobal(point))
        event = QMouseEvent(QEvent.Type.MouseMove, point, screen, none, none, Modifier.AltModifier)
        QApplication.sendEvent(viewport, event)

    def continue_to_the_end(self) -> None:
        """Continue, and wait until that ends by itself."""
        tools = self.inkling.causal_tools
        self.press(Key.Key_Return, Modifier.ControlModifier)
        self.wait_for(lambda: not tools.is_writing, "the continuation")

    def _middle_of(self, word: str) -> QPoint:
        place = self.page.document().find(word)
        end = self.page.cursorRect(place).center()
        place.setPosition(place.selectionStart())
        return (self.page.cursorRect(place).center() + end) / 2


@contextmanager
def at_the_desk(
    application: QApplication, size: QSize, settings: str, model: Path, create: EngineFactory | None = None
) -> Iterator[Desk]:
    """Open the program on `TEXT`, with its files in a temporary folder, and close it at the end.

    Args:
        application: Qt's application.
        size: of the window.
        settings: as they stand in the file of settings.
        model: the one that continues text.
        create: makes other engines than the real ones.
    """
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        paths = Paths.under(folder)
        paths.config.mkdir()
        paths.settings_file.write_text(settings, encoding="utf-8")
        file = folder / "The Ferryman’s Daughter.md"
        file.write_text(TEXT, encoding="utf-8")
        engines = EngineProcess(own_command(HOST_ENGINES))
        options = WindowOptions(file, model, folder)
        inkling = Inkling(application, paths, options, create or engines.create_engine)
        try:
            desk = Desk(inkling, paths)
            desk.sit_down(size)
            yield desk
        finally:
            end_program(inkling, engines)
            inkling.window.close_for_good()
            inkling.window.deleteLater()
            inkling.deleteLater()
            wait(50)


def save_picture(seen: Seen, file: Path) -> None:
    """Save a picture of a window with its popups.

    Raises:
        InklingError: it could not be written.
    """
    wait(250)
    window, *popups = seen
    picture: QPixmap = window.grab()
    painter = QPainter(picture)
    for popup in popups:
        painter.drawPixmap(popup.mapToGlobal(QPoint()) - window.mapToGlobal(QPoint()), popup.grab())
    painter.end()
    if not in_few_colours(picture.toImage()).save(str(file), quality=0):  # 0 packs the tightest
        raise InklingError(f"{file} could not be written.")
    print(f"{file.name}  {file.stat().st_size / 1000:.0f} kB")


def wait(milliseconds: int) -> None:
    """Let the program run; `QTest.qWait` keeps Python, and with it the models, waiting too."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def in_few_colours(image: QImage) -> QImage:
    """Return the image with a palette: the colours of grounds, and of others that look alike one."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    ground = image.width() * image.height() // 2000  # pixels
    alike: dict[int, int] = {}
    for colour, pixels in Counter(memoryview(image.constBits()).cast("I")).most_common():
        alike.setdefault(colour if pixels > ground else colour & 0xF0F0F0, colour)
    palette = list(alike.values())[:256]
    return image.convertToFormat(
        QImage.Format.Format_Indexed8, palette, Qt.ImageConversionFlag.ThresholdDither
    )


def photograph(take: Callable[[QApplication, Path], None], scale: str) -> int:
    """Take pictures of the program and return the exit status.

    Args:
        take: takes them, given the application and the folder of the starter model.
        scale: pixels of a picture for each of the window's.
    """
    if not has_display():
        print("Pictures need a display; “make” brings its own.", file=sys.stderr)
        return 1
    os.environ["QT_SCALE_FACTOR"] = scale  # read once, by the application
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    application.setCursorFlashTime(0)  # the caret is in every picture
    try:
        take(application, Library(Paths.of_this_machine().models, Catalog.shipped()).find("causal", ""))
    except InklingError as error:
        print(f"{error.message} {error.hint}".rstrip(), file=sys.stderr)
        return 1
    return 0
