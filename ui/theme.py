"""The look of the window: paper and ink, light and dark."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPalette, QStyleHints
from PySide6.QtWidgets import QApplication

from app.settings import THEME, Setting, Settings

STYLE = "Fusion"
STYLE_SHEET = """
QMenuBar {{ background: {paper}; color: {muted}; border: none; padding: 2px 4px; }}
QMenuBar::item {{ background: transparent; padding: 3px 8px; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {surface}; color: {ink}; }}
QToolTip {{ background: {surface}; color: {ink}; border: 1px solid {rule}; padding: 3px 5px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QToolButton {{ border: 1px solid transparent; border-radius: 4px; padding: 3px; }}
QToolButton:hover, QToolButton:checked {{ background: {rule}; }}
QToolButton:focus {{ border-color: {mark}; }}
QListWidget#side {{ background: transparent; outline: none; }}
QListWidget#side::item {{ padding: 4px 8px; color: {ink}; }}
QListWidget#side::item {{ border: 1px solid transparent; border-radius: 4px; }}
QListWidget#side::item:selected {{ background: {selection}; color: {ink}; }}
QListWidget#side::item:selected:focus {{ border-color: {mark}; }}
QListWidget#side::item:disabled {{ color: {muted}; }}
QSplitter > QListWidget#side {{ margin-left: 8px; }}
QSplitter::handle:horizontal {{ background: {rule}; margin: 0 4px; }}
QSplitter#row::handle:horizontal {{ margin: 0; }}
QScrollBar:vertical {{ background: transparent; border: none; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {rule}; border-radius: 3px; min-height: 32px; margin: 2px; }}
QScrollBar::handle:vertical:hover {{ background: {mark}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


@dataclass(frozen=True)
class Colours:
    """The colours of one theme, each as `#rrggbb`; the theme files say what each is for."""

    paper: str
    ink: str
    surface: str
    muted: str
    mark: str
    rule: str
    selection: str
    match: str
    current_match: str
    warning: str
    error: str
    accent: str
    ghost: str
    added: str
    added_ground: str
    removed: str
    removed_ground: str
    earlier: str
    continued: str
    swapped: str
    pasted: str
    pasted_mark: str
    surprise_1: str
    surprise_2: str
    surprise_3: str
    surprise_4: str
    style_ground: str
    memory_ground: str
    entry_ground: str
    note_ground: str

    @classmethod
    def named(cls, theme: str) -> "Colours":
        """Read the colours of the theme `light` or `dark`."""
        content = (files("resources") / "themes" / f"{theme}.toml").read_text(encoding="utf-8")
        return cls(**tomllib.loads(content)["colours"])


class Theme(QObject):
    """Follows the system's colour scheme unless the settings name one, and dresses the application.

    Args:
        settings: where the writer chooses a theme.
        hints: where the system says whether it is light or dark.
    """

    changed = Signal()

    def __init__(self, settings: Settings, hints: QStyleHints, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._scheme = hints.colorScheme()
        self._name = self._chosen_name()
        self._colours = Colours.named(self._name)
        self._application: QApplication | None = None
        settings.subscribe(self._on_setting_changed)
        hints.colorSchemeChanged.connect(self._on_scheme_changed)

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        return self._colours

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on dark paper."""
        return self._name == "dark"

    def apply_to(self, application: QApplication) -> None:
        """Dress `application` now and whenever the theme changes."""
        application.setStyle(STYLE)
        self._application = application
        self.changed.connect(self._dress)
        self._dress()

    def palette(self) -> QPalette:
        """Return the palette of the window and its dialogs."""
        colours = self._colours
        palette = QPalette()
        for role, colour in {
            QPalette.ColorRole.Window: colours.paper,
            QPalette.ColorRole.WindowText: colours.ink,
            QPalette.ColorRole.Base: colours.paper,
            QPalette.ColorRole.AlternateBase: colours.surface,
            QPalette.ColorRole.Text: colours.ink,
            QPalette.ColorRole.PlaceholderText: colours.muted,
            QPalette.ColorRole.Button: colours.surface,
            QPalette.ColorRole.ButtonText: colours.ink,
            QPalette.ColorRole.BrightText: colours.error,
            QPalette.ColorRole.ToolTipBase: colours.surface,
            QPalette.ColorRole.ToolTipText: colours.ink,
            QPalette.ColorRole.Highlight: colours.muted,
            QPalette.ColorRole.HighlightedText: colours.paper,
            QPalette.ColorRole.Accent: colours.muted,
            QPalette.ColorRole.Link: colours.ink,
            QPalette.ColorRole.LinkVisited: colours.muted,
            QPalette.ColorRole.Light: colours.paper,
            QPalette.ColorRole.Midlight: colours.surface,
            QPalette.ColorRole.Mid: colours.rule,
            QPalette.ColorRole.Dark: colours.mark,
        }.items():
            palette.setColor(role, QColor(colour))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.mark))
        return palette

    def page_palette(self) -> QPalette:
        """Return the palette of the page, where selected text keeps its ink."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Highlight, QColor(self._colours.selection))
        palette.setColor(QPalette.ColorRole.HighlightedText, QColor(self._colours.ink))
        return palette

    @Slot(Qt.ColorScheme)
    def _on_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        self._scheme = scheme
        self._refresh()

    @Slot()
    def _dress(self) -> None:
        if self._application is not None:
            self._application.setPalette(self.palette())
            self._application.setStyleSheet(STYLE_SHEET.format_map(vars(self._colours)))

    def _on_setting_changed(self, setting: Setting[Any]) -> None:
        if setting is THEME:
            self._refresh()

    def _refresh(self) -> None:
        name = self._chosen_name()
        if name != self._name:
            self._name = name
            self._colours = Colours.named(name)
            self.changed.emit()

    def _chosen_name(self) -> str:
        choice = self._settings[THEME]
        if choice != "system":
            return choice
        return "dark" if self._scheme == Qt.ColorScheme.Dark else "light"
