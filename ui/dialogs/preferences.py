"""Preferences, built from the table of settings."""

from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.settings import SECTIONS, SETTINGS, Setting, Settings
from ui.dialogs.setting_editors import SettingEditor, SwitchEditor, editor_for, words

SIDE_WIDTH = 150


class Preferences(QDialog):
    """A page for each section; what the writer changes holds at once."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._editors: dict[str, SettingEditor] = {}
        self._sections = QListWidget()
        self._pages = QStackedWidget()
        self._build()
        settings.subscribe(self._on_setting_changed)

    def show_section(self, section: str) -> None:
        """Open the page of `section`, a key of `SECTIONS`."""
        self._sections.setCurrentRow(list(SECTIONS).index(section))
        self.show()
        self.raise_()
        self.activateWindow()

    def _restore(self, section: str) -> None:
        for setting in SETTINGS:
            if setting.section == section:
                self._settings.change(setting, setting.default)

    def _on_setting_changed(self, setting: Setting[Any]) -> None:
        self._editors[setting.key].show_value(self._settings[setting])

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Preferences"))
        self.setModal(False)
        self._sections.setObjectName("side")  # for the theme
        self._sections.setAccessibleName(self.tr("Sections"))
        self._sections.setFixedWidth(SIDE_WIDTH)
        self._sections.setFrameShape(QListWidget.Shape.NoFrame)
        for section, title in SECTIONS.items():
            item = QListWidgetItem(words(title), self._sections)
            item.setSizeHint(QSize(0, self.fontMetrics().height() * 2))
            self._pages.addWidget(self._page(section))
        self._sections.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._sections.setCurrentRow(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 0, 0)
        row.addWidget(self._sections)
        row.addWidget(self._pages, 1)
        self.resize(700, 520)

    def _page(self, section: str) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(20, 4, 24, 16)
        column.setSpacing(4)
        for setting in SETTINGS:
            if setting.section == section:
                self._add(setting, column)
        column.addStretch()
        restore = QPushButton(self.tr("Restore defaults"))
        restore.setAutoDefault(False)
        restore.clicked.connect(partial(self._restore, section))
        column.addWidget(restore, 0, Qt.AlignmentFlag.AlignRight)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        return area

    def _add(self, setting: Setting[Any], column: QVBoxLayout) -> None:
        """Put the title, the editor and its sentence of help one below the other."""
        editor = self._editors[setting.key] = editor_for(setting, partial(self._settings.change, setting))
        editor.show_value(self._settings[setting])
        if not isinstance(editor, SwitchEditor):
            title = QLabel(words(setting.title))
            title.setBuddy(editor.focus_target)
            column.addWidget(title)
        column.addWidget(editor)
        sentence = QLabel(words(setting.help))
        sentence.setWordWrap(True)
        sentence.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column.addWidget(sentence)
        column.addSpacing(14)
