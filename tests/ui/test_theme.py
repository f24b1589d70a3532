import math
from dataclasses import fields
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.assist.surprise import STEPS
from app.settings import THEME, Settings
from ui.theme import Colours, Theme

TEXT = 4.5
MARK = 3.0


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = QColor(colour).getRgbF()[:3]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def lightness(colour: str) -> float:
    return 116 * luminance(colour) ** (1 / 3) - 16


def colour_difference(one: str, other: str) -> float:
    """Euclidean distance in CIE 1976 L*a*b*; 2.3 is just noticeable (Mahy et al., 1994)."""
    return math.dist(lab(one), lab(other))


def lab(colour: str) -> tuple[float, float, float]:
    """L*a*b* of an sRGB colour under its own white, D65."""
    channels = QColor(colour).getRgbF()[:3]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.fixture(params=["light", "dark"])
def colours(request: pytest.FixtureRequest) -> Colours:
    return Colours.named(request.param)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("ground", ["paper", "surface"])
@pytest.mark.parametrize("text", ["ink", "muted", "accent", "error", "warning"])
def test_text_can_be_read(colours: Colours, text: str, ground: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= TEXT


@pytest.mark.parametrize("ground", ["selection", "match", "current_match"])
def test_text_can_be_read_where_it_is_marked(colours: Colours, ground: str) -> None:
    assert contrast(colours.ink, getattr(colours, ground)) >= TEXT


@pytest.mark.parametrize("side", ["added", "removed"])
@pytest.mark.parametrize("text", ["ink", None])
def test_what_differs_can_be_read(colours: Colours, side: str, text: str | None) -> None:
    for ground in (f"{side}_ground", "paper", "selection"):
        assert contrast(getattr(colours, text or side), getattr(colours, ground)) >= TEXT, ground


@pytest.mark.parametrize("ground", ["earlier", "continued", "swapped", "pasted"])
@pytest.mark.parametrize("text", ["ink", "muted"])
def test_text_can_be_read_whoever_wrote_it(colours: Colours, text: str, ground: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= TEXT


@pytest.mark.parametrize("ground", ["style_ground", "memory_ground", "entry_ground", "note_ground"])
@pytest.mark.parametrize("text", ["ink", "muted"])
def test_text_can_be_read_whatever_part_of_a_prompt_it_is(colours: Colours, text: str, ground: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= TEXT


@pytest.mark.parametrize(
    ("line", "ground"), [("accent", "continued"), ("accent", "swapped"), ("pasted_mark", "pasted")]
)
def test_lines_below_what_somebody_wrote_can_be_seen(colours: Colours, line: str, ground: str) -> None:
    assert contrast(getattr(colours, line), getattr(colours, ground)) >= MARK


@pytest.mark.parametrize("text", ["ink", "muted"])
def test_text_can_be_read_however_unexpected_it_is(colours: Colours, text: str) -> None:
    for step in range(1, STEPS + 1):
        assert contrast(getattr(colours, text), getattr(colours, f"surprise_{step}")) >= TEXT, step


def test_each_step_of_surprise_can_be_told_from_the_one_before(colours: Colours) -> None:
    grounds = [colours.paper, *(getattr(colours, f"surprise_{step}") for step in range(1, STEPS + 1))]
    for one, other in pairwise(grounds):
        assert colour_difference(one, other) >= 5.5, (one, other)
    assert colour_difference(colours.paper, colours.surprise_1) >= 7


@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_marks_can_be_seen(colours: Colours, ground: str) -> None:
    assert contrast(colours.mark, getattr(colours, ground)) >= MARK


def test_ghost_text_has_somewhat_less_than_half_of_the_inks_contrast(colours: Colours) -> None:
    paper = lightness(colours.paper)
    share = (paper - lightness(colours.ghost)) / (paper - lightness(colours.ink))
    assert share == pytest.approx(0.45, abs=0.02)


def test_every_colour_is_a_colour(colours: Colours) -> None:
    for field in fields(colours):
        assert QColor(getattr(colours, field.name)).isValid(), field.name


def test_the_setting_wins_over_the_system(qapp: QApplication, qtbot) -> None:
    settings = Settings()
    theme = Theme(settings, QGuiApplication.styleHints())
    with qtbot.waitSignal(theme.changed):
        settings.change(THEME, "dark")
    assert theme.is_dark
    with qtbot.assertNotEmitted(theme.changed):
        QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.colours == Colours.named("dark")


def test_follows_the_system(qapp: QApplication, qtbot) -> None:
    theme = Theme(Settings(), QGuiApplication.styleHints())
    with qtbot.waitSignal(theme.changed):
        QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.is_dark
    with qtbot.waitSignal(theme.changed):
        QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not theme.is_dark


def test_dresses_the_application_again_when_it_changes(qapp: QApplication) -> None:
    before, sheet = qapp.palette(), qapp.styleSheet()
    settings = Settings()
    theme = Theme(settings, QGuiApplication.styleHints())
    try:
        theme.apply_to(qapp)
        settings.change(THEME, "dark")
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(Colours.named("dark").paper)
        assert Colours.named("dark").muted in qapp.styleSheet()
        settings.change(THEME, "light")
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(Colours.named("light").paper)
    finally:
        qapp.setStyleSheet(sheet)
        qapp.setPalette(before)


def test_selected_text_on_the_page_keeps_its_ink(qapp: QApplication) -> None:
    theme = Theme(Settings(), QGuiApplication.styleHints())
    page = theme.page_palette()
    assert page.color(QPalette.ColorRole.HighlightedText) == QColor(theme.colours.ink)
    assert page.color(QPalette.ColorRole.Highlight) == QColor(theme.colours.selection)
