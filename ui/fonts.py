"""The page's typeface: Literata, which comes with Inkling, or one that the writer chose."""

from importlib.resources import files

from PySide6.QtGui import QFont, QFontDatabase

PROSE_FAMILY = "Literata"
BUNDLED = ("Literata.ttf", "Literata-Italic.ttf")


def register_fonts() -> None:
    """Make the bundled typefaces known to the application; without them the system's serif steps in."""
    for name in BUNDLED:
        QFontDatabase.addApplicationFontFromData((files("resources") / "fonts" / name).read_bytes())


def page_font(family: str, size: float) -> QFont:
    """Return the font of the page.

    Args:
        family: the writer's choice; empty means Literata. The system's fonts fill in other scripts.
        size: in points.
    """
    font = QFont([family, PROSE_FAMILY] if family else [PROSE_FAMILY])
    font.setStyleHint(QFont.StyleHint.Serif)
    font.setPointSizeF(size)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return font
