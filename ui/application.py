"""The composition root: builds every object of the window and wires them. Nothing here is global."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QSettings, Slot
from PySide6.QtWidgets import QApplication

from app import VERSION
from app.document.atomic_file import replace_file
from app.engines.protocols import Role
from app.engines.registry import EngineFactory
from app.errors import InklingError
from app.models.catalog import Catalog
from app.models.inspection import inspect_folder
from app.models.library import Library
from app.paths import Paths
from app.settings import COLUMN, FONT_FAMILY, FONT_SIZE, GHOST, PROVENANCE, SURPRISE, Setting, Settings
from app.worker.engine_client import EngineClient
from ui.actions import build_menus
from ui.async_tasks import AsyncTasks
from ui.causal_tools import CausalTools
from ui.controllers.models_controller import ModelsController
from ui.dialogs.crash_report import CrashReporter
from ui.dialogs.preferences import Preferences
from ui.document_tools import DocumentTools
from ui.editor.continue_mark import ContinueMark
from ui.editor.highlights import Highlights
from ui.editor.manuscript_on_page import ManuscriptOnPage
from ui.editor.markdown_highlighter import MarkdownHighlighter
from ui.editor.page import Page
from ui.editor.provenance_tint import ProvenanceTint
from ui.editor.surprise_tint import SurpriseTint
from ui.editor.word_count import WordCount
from ui.first_paint import FirstPaint
from ui.fonts import page_font, register_fonts
from ui.help_tools import HelpTools
from ui.icons import Icons, application_icon
from ui.main_window import MainWindow
from ui.masked_tools import MaskedTools
from ui.notifications import Notifications
from ui.panels.find_bar import FindBar
from ui.panels.notice_bar import NoticeBar
from ui.panels.side_panels import SidePanels
from ui.panels.status_line import StatusLine
from ui.program import own_command
from ui.recent_files import RecentFiles
from ui.recent_menu import RecentMenu
from ui.starter_preparation import StarterPreparation
from ui.take_tools import TakeTools
from ui.theme import Theme

SWITCHES = {"ghost": GHOST, "provenance": PROVENANCE, "surprise": SURPRISE}  # commands that show a setting


@dataclass(frozen=True)
class WindowOptions:
    """What the command line says of the window."""

    file: Path | None = None
    model: Path | None = None
    data_dir: Path | None = None


class Inkling(QObject):
    """Every object of the program, built once and wired here.

    Args:
        application: Qt's application.
        paths: where files are kept.
        options: the command line.
        create_engine: makes the engine for a role, on the worker thread.
    """

    def __init__(
        self, application: QApplication, paths: Paths, options: WindowOptions, create_engine: EngineFactory
    ) -> None:
        super().__init__()
        self._application = application
        self._paths = paths
        self._options = options
        self._start_errors: list[InklingError] = []
        application.setApplicationName("inkling")
        application.setApplicationDisplayName("Inkling")
        application.setApplicationVersion(VERSION)
        application.setWindowIcon(application_icon())
        register_fonts()

        self.notifications = Notifications(self)
        self.settings = Settings(paths.settings_file, self._save_settings)
        self._setting_notices = self.settings.load()
        self.theme = Theme(self.settings, application.styleHints(), self)
        self.theme.apply_to(application)
        self.icons = Icons(self.theme)
        paths.window_file.parent.mkdir(parents=True, exist_ok=True)
        self.store = QSettings(str(paths.window_file), QSettings.Format.IniFormat, self)
        self.window = MainWindow(self.store)
        self.crash_reporter = CrashReporter(self.window)
        self.page = Page(self.window)
        self.tasks = AsyncTasks(self.notifications, self)
        self.client = EngineClient(create_engine, self)
        self._build_editor()
        self._build_controllers()
        self._build_furniture()
        self._wire()
        self._apply_type()

    def start(self) -> None:
        """Show the window; files and models follow once it is painted."""
        first_paint = FirstPaint(self.page.viewport())
        first_paint.happened.connect(self._after_first_paint)
        self.window.show()

    def _build_editor(self) -> None:
        self.highlighter = MarkdownHighlighter(self.page.document(), self.theme)
        self.highlights = Highlights(self.page)
        self.tint = ProvenanceTint(self.page, self.highlights, self.theme, self.settings, self)
        self.surprise_tint = SurpriseTint(self.page, self.highlights, self.theme, self)
        self.word_count = WordCount(self.page.document(), self)
        self.manuscript = ManuscriptOnPage(self.page, self)
        self.panels = SidePanels(self.theme, self.icons, self.store, self.window)

    def _build_controllers(self) -> None:
        self.recent = RecentFiles(self._paths.window_file, self)
        self.documents = DocumentTools(
            self.page,
            self.manuscript,
            self._paths,
            self.theme,
            self.icons,
            self.store,
            self.notifications,
            self.recent,
            self.window,
        )
        self.files, self.recovery = self.documents.files, self.documents.recovery
        self.models = ModelsController(
            self.client,
            Library(self._paths.models, Catalog.shipped()),
            self.settings,
            self._models_from_command_line(),
            StarterPreparation(self._prepare_command()),
            self.tasks,
            self.notifications,
            self,
        )
        self.masked_tools = MaskedTools(
            self.page,
            self.highlights,
            self.theme,
            self.client,
            self.models,
            self.settings,
            self.notifications,
            self,
        )
        self.causal_tools = CausalTools(  # behind the marks, so that Esc means ghost text first
            self.page,
            self.panels,
            self.surprise_tint,
            self.theme,
            self.client,
            self.models,
            self.documents.notes,
            self.settings,
            self.notifications,
            self,
        )
        self.ghost, self.continuation = self.causal_tools.ghost, self.causal_tools.continuation

    def _build_furniture(self) -> None:
        self.mark = ContinueMark(self.page, self.theme, self.icons, lambda: self.causal_tools.position)
        self.take_tools = TakeTools(
            self.page, self.panels, self.theme, self.icons, self.mark, self.continuation, self
        )
        self.find_bar = FindBar(self.page, self.highlights, self.theme, self.icons, self.window)
        self.notice_bar = NoticeBar(self.notifications, self.theme, self.icons, self.window)
        self.status = StatusLine(self.theme, self.window)
        self.preferences = Preferences(self.settings, self.window)
        self.window.assemble(self.page, self.find_bar, self.notice_bar, self.status, beside=self.panels)
        self.help_tools = HelpTools(
            (self.page, self.panels, self.find_bar, self.notice_bar, self.status),
            lambda: self.actions,
            self.preferences,
            self.recent,
            self.documents,
            self.causal_tools,
            self.masked_tools,
            self.models,
            self.settings,
            self._paths,
            self.theme,
            self.store,
            self.window,
        )
        self.recent_menu = RecentMenu(self.recent, self.files.open, self.window)
        self.actions = build_menus(self.window.menuBar(), self.window, self._handlers(), self.recent_menu)
        self.panels.tie(self.actions)
        self._show_what_runs()
        self._show_marks()
        for command, setting in SWITCHES.items():
            self.actions[command].setChecked(self.settings[setting])

    def _wire(self) -> None:
        page, files, streams, checker = self.page, self.files, self.continuation, self.masked_tools.checker
        files.settling.connect(self.causal_tools.stop)
        files.about_to_replace_text.connect(self.causal_tools.let_go)
        files.about_to_replace_text.connect(self.help_tools.counting.settle)
        files.about_to_replace_text.connect(streams.forget)
        files.about_to_replace_text.connect(self.masked_tools.let_go)
        self.models.about_to_change.connect(self._on_model_about_to_change)
        self.models.changed.connect(self._show_models)
        self.models.progressed.connect(self._show_progress)
        streams.streaming_changed.connect(self._show_what_runs)
        streams.state_changed.connect(self.status.show_state)
        files.state_changed.connect(self.status.show_state)
        for work in (checker, self.causal_tools.insertion, self.causal_tools.insight.surprise):
            work.running_changed.connect(self._show_what_runs)
            work.progressed.connect(self.status.show_progress)
            work.state_changed.connect(self.status.show_state)
        self.masked_tools.marks.changed.connect(self._show_marks)
        self.mark.clicked.connect(self._continue_or_stop)
        self.word_count.changed.connect(self._show_word_count)
        page.selectionChanged.connect(self._show_word_count)
        page.zoomed.connect(self._zoom)
        page.paste_refused.connect(self.notifications.report)
        self.status.models_clicked.connect(lambda: self.preferences.show_section("models"))
        self.notice_bar.dismissed.connect(page.setFocus)
        self.panels.closed.connect(page.setFocus)
        self.settings.subscribe(self._on_setting_changed)
        self.theme.changed.connect(self._apply_type)

    def _handlers(self) -> dict[str, Callable[..., object]]:
        page, window = self.page, self.window
        return {
            "preferences": lambda: self.preferences.show_section("page"),
            "quit": window.close,
            "undo": page.undo,
            "redo": page.redo,
            "cut": page.cut,
            "copy": page.copy,
            "paste": page.paste,
            "select_all": page.selectAll,
            "find": self.find_bar.open_find,
            "replace": self.find_bar.open_replace,
            "find_next": self.find_bar.find_next,
            "find_previous": self.find_bar.find_previous,
            "stop": self._stop,
            "ghost": lambda shown: self.settings.change(GHOST, shown),
            "provenance": lambda shown: self.settings.change(PROVENANCE, shown),
            "zoom_in": lambda: self._zoom(1),
            "zoom_out": lambda: self._zoom(-1),
            "zoom_reset": lambda: self.settings.change(FONT_SIZE, FONT_SIZE.default),
            "full_screen": self._set_full_screen,
            **self.documents.handlers(),
            **self.causal_tools.handlers(),
            **self.masked_tools.handlers(),
            **self.help_tools.handlers(),
        }

    @Slot()
    def _after_first_paint(self) -> None:
        for notice in self._setting_notices:
            self.notifications.warn(notice)
        for error in self._start_errors:
            self.notifications.report(error)
        if self._options.file is not None:
            self.files.open(self._options.file)
        self.recovery.look()
        self.models.load_all()

    @Slot(str)
    def _on_model_about_to_change(self, role: str) -> None:
        if role == "causal":
            self.causal_tools.let_go()
        else:
            self.masked_tools.let_go()

    @Slot()
    def _show_models(self) -> None:
        model = self.models.description("causal")
        if model is not None:
            self.status.show_model(f"{self.models.title('causal')} · {model.device.upper()}")
        elif self.models.is_loading("causal"):
            self.status.show_model(self.tr("Loading the model"))
        else:
            self.status.show_model(self.tr("No model"))

    @Slot(object, str)
    def _show_progress(self, fraction: float | None, what: str) -> None:
        self.status.show_progress(fraction)
        self.status.show_state(f"{QCoreApplication.translate('models', what)}…" if what else "")

    @Slot()
    def _show_what_runs(self) -> None:
        running = (self.masked_tools.checker.is_running, self.causal_tools.insight.surprise.is_running)
        self.actions["stop"].setEnabled(self.causal_tools.is_writing or any(running))
        self.mark.dress()

    @Slot()
    def _show_marks(self) -> None:
        marks = self.masked_tools.marks
        for command in ("next_mark", "previous_mark", "clear_marks"):
            self.actions[command].setEnabled(not marks.is_empty)

    @Slot()
    def _stop(self) -> None:
        self.causal_tools.stop()
        self.masked_tools.checker.stop()
        self.causal_tools.insight.surprise.stop()

    @Slot()
    def _continue_or_stop(self) -> None:
        if self.causal_tools.is_writing:
            self.causal_tools.stop()
        else:
            self.causal_tools.continue_text()

    @Slot()
    def _show_word_count(self) -> None:
        self.status.show_words(self.word_count.words, self.word_count.words_in(self.page.textCursor()))

    @Slot(int)
    def _zoom(self, steps: int) -> None:
        size = self.settings[FONT_SIZE] + steps * (FONT_SIZE.step or 1)
        if FONT_SIZE.accepts(size):
            self.settings.change(FONT_SIZE, size)

    @Slot(bool)
    def _set_full_screen(self, full: bool) -> None:
        if full:
            self.window.showFullScreen()
        else:
            self.window.showNormal()

    @Slot()
    def _apply_type(self) -> None:
        palette = self.theme.page_palette()
        self.page.setPalette(palette)
        self.page.viewport().setPalette(palette)  # the style sheet would keep the one of the first theme
        font = page_font(self.settings[FONT_FAMILY], self.settings[FONT_SIZE])
        self.page.set_type(font, self.settings[COLUMN])

    def _on_setting_changed(self, setting: Setting[Any]) -> None:
        if setting in (FONT_FAMILY, FONT_SIZE, COLUMN):
            self._apply_type()
        for command, switch in SWITCHES.items():
            if setting is switch:
                self.actions[command].setChecked(self.settings[switch])

    def _save_settings(self, file: Path, data: bytes) -> None:
        def save() -> None:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, data)

        def tell(_error: BaseException) -> None:
            self.notifications.warn(
                self.tr("The settings could not be saved."), self.tr("They hold until Inkling is closed.")
            )

        self.documents.disk.run(save, lambda _: None, tell)

    def _models_from_command_line(self) -> dict[Role, Path]:
        """Find out what the folder given with `--model` is for."""
        if self._options.model is None:
            return {}
        try:
            found = inspect_folder(self._options.model.expanduser().absolute())
        except InklingError as error:
            self._start_errors.append(error)
            return {}
        return {found.role: found.folder}

    def _prepare_command(self) -> list[str]:
        place = ("--data-dir", str(self._options.data_dir)) if self._options.data_dir else ()
        return own_command(*place, "models", "prepare", "--json")
