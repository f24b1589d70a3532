import pytest
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QApplication

from ui.fonts import page_font, register_fonts


@pytest.fixture(autouse=True)
def bundled(qapp: QApplication) -> None:
    register_fonts()


def test_the_page_is_set_in_literata() -> None:
    info = QFontInfo(page_font("", 12.5))
    assert info.family() == "Literata"
    assert info.pointSizeF() == pytest.approx(12.5, abs=0.5)


def test_bold_and_italic_are_drawn_by_the_typeface_itself() -> None:
    upright = page_font("", 20)
    bold, italic = QFont(upright), QFont(upright)
    bold.setBold(True)
    italic.setItalic(True)
    assert QFontInfo(bold).styleName() == "Bold"
    assert QFontInfo(italic).styleName() == "Italic"
    widths = {QFontMetricsF(font).horizontalAdvance("Inkling affine") for font in (upright, bold, italic)}
    assert len(widths) == 3


def test_a_family_that_is_not_installed_falls_back_to_literata() -> None:
    assert QFontInfo(page_font("No Such Typeface At All", 12)).family() == "Literata"


def test_a_family_that_is_installed_is_used() -> None:
    other = QFontInfo(QFont()).family()
    assert QFontInfo(page_font(other, 12)).family() == other
