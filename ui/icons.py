"""Icons: Lucide's outlines in the theme's colours, and Inkling's own mark."""

from importlib.resources import files

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme import Theme

TINTED_SIZES = (16, 20, 24, 32, 40, 48, 64)  # 16 to 32 units at 100, 150 and 200 %
APPLICATION_SIZES = (16, 24, 32, 48, 64, 128, 256)


class Icons:
    """Paints icons in the theme's colours; ask again when the theme changes."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def icon(self, name: str, colour: str = "") -> QIcon:
        """Return the icon `name` in `colour`, by default the colour of interface marks."""
        colours = self._theme.colours
        outline = _read(name)
        icon = QIcon()
        for mode, tint in ((QIcon.Mode.Normal, colour or colours.mark), (QIcon.Mode.Disabled, colours.rule)):
            renderer = QSvgRenderer(QByteArray(outline.replace("currentColor", tint).encode()))
            for size in TINTED_SIZES:
                icon.addPixmap(_painted(renderer, size), mode)
        return icon


def application_icon() -> QIcon:
    """Return Inkling's own icon."""
    renderer = QSvgRenderer(QByteArray(_read("inkling").encode()))
    icon = QIcon()
    for size in APPLICATION_SIZES:
        icon.addPixmap(_painted(renderer, size))
    return icon


def _read(name: str) -> str:
    return (files("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def _painted(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    return pixmap
