"""Take the pictures of the guide from the real program: `make guide`.

Each state is reached with keys and the mouse in a window of its own, whose files lie in a temporary folder.
One small function does it and returns what is to be seen. With `--into` the pictures go elsewhere, so that
every state can be looked at, light and dark, at both scales.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from screenshots import BEFORE_THE_GHOST, CHOSEN_SEED, STREAMED, TEXT, WORD, in_few_colours, wait

from app.assist.acceptance import AcceptanceFile, Counts, Heading, Kind
from app.engines.protocols import Engine, Role
from app.engines.registry import EngineFactory
from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from app.models.catalog import Catalog
from app.models.library import Library
from app.paths import Paths
from app.worker.engine_process import EngineProcess
from ui.application import Inkling, WindowOptions
from ui.dialogs.versions import VersionsWindow
from ui.program import HOST_ENGINES, own_command
from ui.running import end_program

GUIDE = Path(__file__).parents[1] / "resources" / "guide"
WIDTH, HEIGHT = 880, 520
PATIENCE = 300  # seconds for one step, on a machine that does much else
SCRIPT = (" and", " the", " mist", " that", " lay", " on", " it", ",", " was", " gone", ".") * 6
WORDS = ["swaying", "moving", "hanging", "burning", "rocking", "waving"]
Key, Modifier = Qt.Key, Qt.KeyboardModifier
Seen = tuple[QWidget, ...]  # a window, and the popups over it


class Desk:
    """Works the window as a writer does."""

    def __init__(self, inkling: Inkling, paths: Paths) -> None:
        self.inkling = inkling
        self.paths = paths
        self.page = inkling.page
        self.window = inkling.window

    def sit_down(self) -> None:
        """Open the window and wait for the text and both models."""
        self.window.resize(WIDTH, HEIGHT)
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
        place = self.page.document().find(word)
        end = self.page.cursorRect(place).center()
        place.setPosition(place.selectionStart())
        middle = (self.page.cursorRect(place).center() + end) / 2
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


def ghost_text(desk: Desk) -> Seen:
    """Type, and rest."""
    desk.type(BEFORE_THE_GHOST)
    desk.wait_for(lambda: desk.inkling.ghost.text, "ghost text")
    return (desk.window,)


def continuation(desk: Desk) -> Seen:
    """Continue, and look while it is written."""
    whole = desk.page.document().characterCount() + STREAMED
    desk.press(Key.Key_Return, Modifier.ControlModifier)
    desk.wait_for(lambda: desk.page.document().characterCount() > whole, "the stream")
    return (desk.window,)


def other_words(desk: Desk) -> Seen:
    """Double-click a word and try the second of those that are offered."""
    popup = desk.inkling.masked_tools.word_popup
    desk.double_click(WORD)
    desk.wait_for(popup.isVisible, "other words")
    QTest.keyClick(popup, Key.Key_Down)
    return desk.window, popup


def command_palette(desk: Desk) -> Seen:
    """Look for a command by a few letters."""
    desk.press(Key.Key_P, Modifier.ControlModifier | Modifier.ShiftModifier)
    desk.type("wri")
    return (desk.window,)


def shortcuts(desk: Desk) -> Seen:
    """Open the page of shortcuts."""
    desk.press(Key.Key_F1)
    window = desk.inkling.help_tools.shortcuts
    desk.wait_for(window.isVisible, "the shortcuts")
    window.resize(window.width(), HEIGHT)
    return (window,)


def acceptance(desk: Desk) -> Seen:
    """Look at a month that is made up."""
    window = desk.inkling.help_tools.acceptance
    AcceptanceFile(desk.paths.acceptance_file).add(made_up_month())
    desk.inkling.actions["acceptance"].trigger()
    desk.wait_for(window.isVisible, "the counts")
    window.resize(window.width(), HEIGHT - 40)
    return (window,)


def versions(desk: Desk) -> Seen:
    """Save twice, and compare the page with what it was before."""
    for sentence in (" The rope was wet and stiff.", " She did not look back."):
        desk.type(sentence)
        desk.press(Key.Key_S, Modifier.ControlModifier)
        desk.wait_for(lambda: desk.inkling.documents.disk.is_idle, "the save")
        wait(1100)  # a version says when it was to the second
    desk.press(Key.Key_H, Modifier.ControlModifier | Modifier.ShiftModifier)
    window = desk.window.findChild(VersionsWindow)
    window.resize(WIDTH, HEIGHT)
    wait(500)
    desk.press(Key.Key_Down)
    desk.press(Key.Key_Down)
    wait(500)
    return (window,)


STATES: Mapping[str, Callable[[Desk], Seen]] = {
    "ghost-text": ghost_text,
    "continue": continuation,
    "other-words": other_words,
    "versions": versions,
    "command-palette": command_palette,
    "shortcuts": shortcuts,
    "acceptance": acceptance,
}


def made_up_month() -> dict[Heading, Counts]:
    """Return counts of a writer who does not write every day."""
    chance, today = random.Random(7), date.today()
    month: dict[Heading, Counts] = {}
    for ago in range(30):
        if chance.random() < 0.7:
            day, words = today - timedelta(days=ago), chance.randint(20, 160)
            shown = chance.randint(30, 90)
            ghost = Counts(shown, shown // 4, words // 2, 2 * words)
            month[Heading(day, Kind.GHOST, "SmolLM2 135M Instruct")] = ghost
            month[Heading(day, Kind.CONTINUATION, "SmolLM2 135M Instruct")] = Counts(5, 2, words, 5 * words)
            month[Heading(day, Kind.WORD, "word-mini")] = Counts(8, 3, 3, 9)
    return month


def take(name: str, seen: Seen, folder: Path) -> None:
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
    file = folder / f"{name}.png"
    if not in_few_colours(picture.toImage()).save(str(file), quality=0):  # 0 packs the tightest
        raise InklingError(f"{file} could not be written.")
    print(f"{file.name}  {file.stat().st_size / 1000:.0f} kB")


def reach_and_take(application: QApplication, name: str, model: Path, options: argparse.Namespace) -> None:
    """Open the program with its files in a temporary folder, reach a state, take its picture and close."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        paths = Paths.under(folder)
        paths.config.mkdir()
        content = f'page.theme = "{options.theme}"\ncontinue.seed = {CHOSEN_SEED}\n'
        paths.settings_file.write_text(content, encoding="utf-8")
        file = folder / "The Ferryman’s Daughter.md"
        file.write_text(TEXT, encoding="utf-8")
        engines = EngineProcess(own_command(HOST_ENGINES))
        create = engines.create_engine if options.models == "real" else scripted()
        inkling = Inkling(application, paths, WindowOptions(file, model, folder), create)
        try:
            desk = Desk(inkling, paths)
            desk.sit_down()
            take(name, STATES[name](desk), options.into)
        finally:
            end_program(inkling, engines)
            inkling.window.close_for_good()
            inkling.window.deleteLater()
            inkling.deleteLater()
            wait(50)


def scripted() -> EngineFactory:
    """Return what makes engines that always say the same, for looking at the window alone."""
    engines: dict[Role, Engine] = {
        "causal": ScriptedEngine(SCRIPT, seconds_per_token=0.02),
        "masked": ScriptedEngine(words=WORDS),
    }
    return engines.__getitem__


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Take the pictures of the guide.")
    parser.add_argument("states", nargs="*", help=f"all by default: {', '.join(STATES)}")
    parser.add_argument("--into", type=Path, default=GUIDE, help="the folder for the pictures")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--scale", choices=("1", "2"), default="2", help="pixels for each of the window's")
    parser.add_argument("--models", choices=("real", "scripted"), default="real")
    options = parser.parse_args(arguments)
    if unknown := set(options.states) - set(STATES):
        parser.error(f"no such state: {', '.join(sorted(unknown))}")
    return options


def main() -> int:
    """Take the pictures that are asked for and return the exit status."""
    options = read_options(sys.argv[1:])
    options.into.mkdir(parents=True, exist_ok=True)
    os.environ["QT_SCALE_FACTOR"] = options.scale  # read once, by the application
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    application.setCursorFlashTime(0)  # the caret is in every picture
    try:
        model = Library(Paths.of_this_machine().models, Catalog.shipped()).find("causal", "")
        for name in options.states or STATES:
            reach_and_take(application, name, model, options)
    except InklingError as error:
        print(f"{error.message} {error.hint}".rstrip(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
