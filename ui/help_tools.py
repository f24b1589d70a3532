"""What helps the writer find their way: palette, shortcuts, guide, the keyboard's way round, and counts."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, QSettings, Qt, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMessageBox, QWidget

from app import VERSION
from app.assist.acceptance import AcceptanceFile
from app.paths import Paths
from app.settings import SECTIONS, Settings
from ui.actions import COMMANDS
from ui.causal_tools import CausalTools
from ui.controllers.acceptance_controller import AcceptanceController
from ui.controllers.models_controller import ModelsController
from ui.dialogs.acceptance import Acceptance
from ui.dialogs.guide import Guide
from ui.dialogs.preferences import Preferences
from ui.dialogs.setting_editors import words
from ui.dialogs.shortcuts import Shortcuts, plain_text
from ui.document_tools import DocumentTools
from ui.focus_areas import FocusAreas
from ui.icons import application_icon
from ui.masked_tools import MaskedTools
from ui.panels.command_list import Entry
from ui.panels.command_palette import CommandPalette
from ui.recent_files import RecentFiles
from ui.theme import Theme

PALETTE = "palette"  # the one command that it does not list


class HelpTools(QObject):
    """Built and wired here.

    Args:
        areas: the parts of the window, the page first, in the order of F6.
        actions: returns the actions of all commands.
    """

    def __init__(
        self,
        areas: Sequence[QWidget],
        actions: Callable[[], Mapping[str, QAction]],
        preferences: Preferences,
        recent: RecentFiles,
        documents: DocumentTools,
        causal: CausalTools,
        masked: MaskedTools,
        models: ModelsController,
        settings: Settings,
        paths: Paths,
        theme: Theme,
        store: QSettings,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._actions = actions
        self._preferences = preferences
        self._recent = recent
        self._documents = documents
        self._paths = paths
        self._window = window
        QShortcut(QKeySequence("F10"), window).activated.connect(self._open_menus)
        self.areas = FocusAreas(areas, self)
        self.palette = CommandPalette(self._entries, self._toggles, store, theme, window, areas[0])
        self.shortcuts = Shortcuts(window)
        self.guide = Guide(window)
        self.acceptance = Acceptance(theme, window)
        self.counting = AcceptanceController(
            AcceptanceFile(paths.acceptance_file),
            documents.disk,
            settings,
            models,
            causal.ghost,
            causal.continuation,
            masked.words,
            self,
        )
        self.counting.read.connect(self.acceptance.show_tallies)
        self.counting.failed.connect(self.acceptance.show_failure)
        self.acceptance.erase_wanted.connect(self.counting.erase)
        documents.ending.connect(self.counting.settle)
        documents.ending.connect(self.counting.write)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Return what the commands do, by their identifiers."""
        return {
            PALETTE: self.palette.open_palette,
            "next_area": self.areas.go_to_next,
            "previous_area": self.areas.go_to_previous,
            "shortcuts": self._show_shortcuts,
            "guide": self.guide.show_guide,
            "acceptance": self.counting.look,
            "show_log": self._show_log_folder,
            "about": self._show_about,
        }

    @Slot()
    def _open_menus(self) -> None:
        bar = self._window.menuBar()
        bar.setActiveAction(bar.actions()[0])

    @Slot()
    def _show_shortcuts(self) -> None:
        self.shortcuts.show_keys(self._actions())

    @Slot()
    def _show_log_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._paths.log)))

    @Slot()
    def _show_about(self) -> None:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIconPixmap(application_icon().pixmap(64, 64))
        box.setText(f"Inkling {VERSION}")
        box.setInformativeText(
            self.tr(
                "A calm editor for prose. Its language models run on this machine, and nothing leaves it."
            )
        )
        box.open()

    def _toggles(self) -> list[QKeySequence]:
        return self._actions()[PALETTE].shortcuts()

    def _entries(self) -> list[Entry]:
        """Return the commands, then the sections of Preferences, then the files that were open lately."""
        actions = self._actions()
        entries = [
            _entry(command.identifier, command.menu, actions[command.identifier])
            for command in COMMANDS
            if command.identifier in actions and command.identifier != PALETTE
        ]
        for section, title in SECTIONS.items():
            show = partial(self._preferences.show_section, section)
            entries.append(Entry(f"preferences/{section}", words(title), self.tr("Preferences"), show))
        for path in self._recent.paths():
            show = partial(self._documents.files.open, path)
            entries.append(
                Entry("", path.name, self.tr("Open Recent: {folder}").format(folder=path.parent), show)
            )
        return entries


def _entry(identifier: str, menu: str, action: QAction) -> Entry:
    return Entry(
        identifier,
        plain_text(action),
        QCoreApplication.translate("actions", menu).replace("&", ""),
        action.trigger,
        action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
        action.isEnabled(),
        action.isChecked() if action.isCheckable() else None,
    )
