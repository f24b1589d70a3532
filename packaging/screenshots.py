"""Take the pictures of the README from the real program: `make screenshots`.

The window is the real one, with the real models and scripted keys and clicks; only the settings are kept in a
temporary folder. The seed is chosen, what the models write for it is theirs.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.errors import InklingError
from app.models.catalog import Catalog
from app.models.library import Library
from app.paths import Paths
from app.worker.engine_process import EngineProcess
from ui.__main__ import has_display
from ui.application import Inkling, WindowOptions
from ui.program import HOST_ENGINES, own_command
from ui.running import end_program

FOLDER = Path(__file__).parent / "screenshots"
WIDTH, HEIGHT = 1000, 680
SCALE = 2  # picture pixels for each of the window's
PATIENCE = 60  # seconds for one step
CHOSEN_SEED = 12
STREAMED = 120  # characters that stand on the page when the picture is taken
WORD = "swinging"
TEXT = """# The Ferryman’s Daughter

The river had risen in the night. When Anna opened the door of the boathouse the water stood a hand’s \
breadth below the sill, brown and quick, carrying branches and once, turning slowly, somebody’s gate.

Her father had crossed in worse. He had told her so often enough, and with every telling the river had \
grown a little wider. But her father lay in bed with a fever, and on the far bank a lantern was swinging: \
twice, a pause, and twice again.

Anna untied the rope and took up the oars."""
BEFORE_THE_GHOST = " There was brown water as far as the eye"


class Photographer:
    """Works the window as a writer does, and takes pictures of it."""

    def __init__(self, inkling: Inkling) -> None:
        self._inkling = inkling
        self._page = inkling.page
        self._window = inkling.window

    def sit_down(self) -> None:
        """Open the window and wait for the text and both models."""
        self._window.resize(WIDTH, HEIGHT)
        self._inkling.start()
        self._window.activateWindow()
        ready = self._inkling.models.is_ready
        self._wait_for(lambda: ready("causal") and ready("masked"), "the models")
        self._press(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
        wait(200)

    def take_other_words(self) -> None:
        """Double-click a word and try the second of the words that are offered."""
        popup, viewport = self._inkling.masked_tools.word_popup, self._page.viewport()
        place = self._page.document().find(WORD)
        end = self._page.cursorRect(place).center()
        place.setPosition(place.selectionStart())
        middle = (self._page.cursorRect(place).center() + end) / 2
        for act in (QTest.mouseClick, QTest.mouseDClick, QTest.mouseRelease):
            act(viewport, Qt.MouseButton.LeftButton, pos=middle)
        self._wait_for(popup.isVisible, "other words")
        QTest.keyClick(popup, Qt.Key.Key_Down)
        self._take("words", self._window, popup)
        QTest.keyClick(popup, Qt.Key.Key_Escape)
        self._press(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)

    def take_continue(self) -> None:
        """Continue the text, and stop in the middle."""
        whole = self._page.document().characterCount() + STREAMED
        self._press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self._wait_for(lambda: self._page.document().characterCount() > whole, "the stream")
        self._take("continue", self._window)
        self._press(Qt.Key.Key_Escape)

    def take_ghost(self) -> None:
        """Type, and rest."""
        QTest.keyClicks(self._page, BEFORE_THE_GHOST)
        self._wait_for(lambda: self._inkling.ghost.text, "ghost text")
        self._take("ghost", self._window)

    def take_preferences(self) -> None:
        """Open Preferences."""
        self._press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
        preferences = self._inkling.preferences
        self._wait_for(preferences.isVisible, "Preferences")
        preferences.show_section("continue")
        wait(200)
        self._take("preferences", preferences)
        preferences.close()

    def _press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self._page, key, modifier)

    def _wait_for(self, condition: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise InklingError(f"Waited in vain for {what}.")
            wait(5)

    def _take(self, name: str, window: QWidget, *popups: QWidget) -> None:
        """Save a picture of a window and of the popups over it, sharper than the screen."""
        picture = QPixmap(window.size() * SCALE)
        picture.setDevicePixelRatio(SCALE)
        window.render(picture)
        for popup in popups:
            popup.render(picture, popup.mapToGlobal(QPoint()) - window.mapToGlobal(QPoint()))
        file = FOLDER / f"{name}.png"
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


Pictures = tuple[Callable[[Photographer], None], ...]
PICTURES: dict[str, Pictures] = {
    "light": (Photographer.take_other_words, Photographer.take_continue, Photographer.take_preferences),
    "dark": (Photographer.take_ghost,),
}


def main() -> int:
    """Take every picture and return the exit status."""
    if not has_display():
        print("The screenshots need a display; “make screenshots” brings its own.", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setCursorFlashTime(0)  # the caret is in every picture
    try:
        model = Library(Paths.of_this_machine().models, Catalog.shipped()).find("causal", "")
        for theme, pictures in PICTURES.items():
            with TemporaryDirectory() as folder:
                take(application, Path(folder), model, theme, pictures)
    except InklingError as error:
        print(f"{error.message} {error.hint}".rstrip(), file=sys.stderr)
        return 1
    return 0


def take(application: QApplication, folder: Path, model: Path, theme: str, pictures: Pictures) -> None:
    """Open the program with its files in `folder`, take pictures of it and close it."""
    paths = Paths.under(folder)
    paths.config.mkdir()
    paths.settings_file.write_text(
        f'page.theme = "{theme}"\ncontinue.seed = {CHOSEN_SEED}\n', encoding="utf-8"
    )
    file = folder / "The Ferryman’s Daughter.md"
    file.write_text(TEXT, encoding="utf-8")
    engines = EngineProcess(own_command(HOST_ENGINES))
    inkling = Inkling(application, paths, WindowOptions(file, model, folder), engines.create_engine)
    photographer = Photographer(inkling)
    try:
        photographer.sit_down()
        for picture in pictures:
            picture(photographer)
    finally:
        end_program(inkling, engines)
        inkling.window.close_for_good()
        inkling.window.deleteLater()
        inkling.deleteLater()
        wait(50)


if __name__ == "__main__":
    sys.exit(main())
