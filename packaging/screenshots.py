"""Take the pictures of the README from the real program: `make screenshots`.

The models are the real ones: the seed is chosen, what they write for it is theirs.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from guide_states import continuation, ghost_text, other_words
from photography import Desk, Key, Modifier, Seen, at_the_desk, photograph, save_picture, wait

FOLDER = Path(__file__).parent / "screenshots"
SIZE = QSize(1000, 680)
SCALE = "2"
CHOSEN_SEED = 12


def preferences(desk: Desk) -> Seen:
    """Open Preferences."""
    desk.press(Key.Key_Comma, Modifier.ControlModifier)
    window = desk.inkling.preferences
    desk.wait_for(window.isVisible, "Preferences")
    window.show_section("continue")
    wait(200)
    return (window,)


PICTURES: dict[str, tuple[str, Callable[[Desk], Seen]]] = {
    "words": ("light", other_words),
    "continue": ("light", continuation),
    "preferences": ("light", preferences),
    "ghost": ("dark", ghost_text),
}


def take(application: QApplication, model: Path) -> None:
    """Take every picture."""
    for name, (theme, reach) in PICTURES.items():
        settings = f'page.theme = "{theme}"\ncontinue.seed = {CHOSEN_SEED}\n'
        with at_the_desk(application, SIZE, settings, model) as desk:
            save_picture(reach(desk), FOLDER / f"{name}.png")


if __name__ == "__main__":
    sys.exit(photograph(take, SCALE))
