"""The composition root: builds every object of the window and wires them. Nothing here is global."""

import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QSettings, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from app import VERSION
from app.document.atomic_file import replace_file
from app.engines.protocols import Role
from app.engines.registry import EngineFactory
from app.errors import InklingError
from app.logs import start_logging
from app.models.catalog import Catalog
from app.models.inspection import inspect_folder
from app.models.library import Library
from app.paths import Paths
from app.settings import COLUMN, FONT_FAMILY, FONT_SIZE, GHOST, Setting, Settings
from app.worker.engine_client import EngineClient
from app.worker.engine_process import EngineProcess
from ui.actions import build_menus
from ui.async_tasks import AsyncTasks, run_event_loop
from ui.controllers.continue_controller import ContinueController
from ui.controllers.files_controller import FilesController
from ui.controllers.ghost_controller import GhostController
from ui.controllers.models_controller import ModelsController
from ui.controllers.warm_controller import WarmController
from ui.dialogs.crash_report import CrashReporter
from ui.dialogs.preferences import Preferences
from ui.editor.continue_mark import ContinueMark
from ui.editor.ghost_text import GhostText
from ui.editor.highlights import Highlights
from ui.editor.markdown_highlighter import MarkdownHighlighter
from ui.editor.page import Page
from ui.editor.prompt_window import PromptWindow
from ui.editor.word_count import WordCount
from ui.first_paint import FirstPaint
from ui.fonts import page_font, register_fonts
from ui.icons import Icons, application_icon
from ui.main_window import MainWindow
from ui.masked_tools import MaskedTools
from ui.notifications import Notifications
from ui.panels.find_bar import FindBar
from ui.panels.notice_bar import NoticeBar
from ui.panels.status_line import StatusLine
from ui.program import HOST_ENGINES, own_command
from ui.recent_files import RecentFiles
from ui.starter_preparation import StarterPreparation
from ui.theme import Theme

log = logging.getLogger(__name__)
STEP_MS = 500  # that the models have to come to the end of a step when the program ends
PATIENCE_MS = 5000  # for the worker thread after that


@dataclass(frozen=True)
class WindowOptions:
    """What the command line says of the window."""

    file: Path | None = None
    model: Path | None = None
    data_dir: Path | None = None


def run(options: WindowOptions) -> int:
    """Open the window, stay until the writer closes it, and return the exit status."""
    paths = Paths.under(options.data_dir) if options.data_dir else Paths.of_this_machine()
    start_logging(paths.log_file)
    application = QApplication(sys.argv[:1])
    engines = EngineProcess(own_command(HOST_ENGINES))
    inkling = Inkling(application, paths, options, engines.create_engine)
    engines.lost.connect(inkling.models.load_lost)
    inkling.crash_reporter.install()
    inkling.start()
    status = run_event_loop(application, inkling.window.close, inkling.tasks.cancel_all)
    if not end_models(inkling.client, engines):
        # Everything is saved; destroying the thread would crash, and waiting would keep a dead window's
        # process alive.
        log.warning("the worker thread did not end in time")
        logging.shutdown()
        os._exit(status)
    return status


def end_models(client: EngineClient, engines: EngineProcess) -> bool:
    """End the worker thread and the process behind it, and return whether the thread has ended.

    One step of a model library may take seconds. There is nothing in it to be saved, so it is cut short.
    """
    is_over = client.shut_down(STEP_MS)
    engines.end()
    return is_over or client.shut_down(PATIENCE_MS)


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
        self.window = MainWindow(QSettings(str(paths.window_file), QSettings.Format.IniFormat, self))
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
        self.word_count = WordCount(self.page.document(), self)

    def _build_controllers(self) -> None:
        self.recent = RecentFiles(self._paths.window_file, self)
        self.files = FilesController(self.page, self.notifications, self.recent, self.window)
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
        self.ghost = GhostText(self.page, self.theme, self)  # behind the marks, so that Esc means it first
        window = PromptWindow(self.page.document())
        self.continuation = ContinueController(
            self.page, window, self.client, self.models, self.settings, self.notifications, self
        )
        self.ghost_controller = GhostController(
            self.page, window, self.ghost, self.client, self.models, self.continuation, self.settings, self
        )
        self.warm = WarmController(self.page, window, self.client, self.models, self.continuation, self)

    def _build_furniture(self) -> None:
        self.mark = ContinueMark(self.page, self.theme, self.icons, lambda: self.continuation.position)
        self.find_bar = FindBar(self.page, self.highlights, self.theme, self.icons, self.window)
        self.notice_bar = NoticeBar(self.notifications, self.theme, self.icons, self.window)
        self.status = StatusLine(self.theme, self.window)
        self.preferences = Preferences(self.settings, self.window)
        self.window.assemble(self.page, self.find_bar, self.notice_bar, self.status)
        self.recent_menu = QMenu(self.window)
        self.actions = build_menus(self.window.menuBar(), self.window, self._handlers(), self.recent_menu)
        self._show_what_runs()
        self._show_marks()
        self.actions["ghost"].setChecked(self.settings[GHOST])

    def _wire(self) -> None:
        page, files, streams, checker = self.page, self.files, self.continuation, self.masked_tools.checker
        self.window.close_requested.connect(lambda: files.when_safe(self.window.close_for_good))
        files.about_to_replace_text.connect(streams.stop)
        files.about_to_replace_text.connect(self.ghost_controller.be_silent)
        files.about_to_replace_text.connect(self.masked_tools.let_go)
        self.models.about_to_change.connect(self._on_model_about_to_change)
        self.models.changed.connect(self._show_models)
        self.models.progressed.connect(self._show_progress)
        streams.streaming_changed.connect(self._show_what_runs)
        streams.state_changed.connect(self.status.show_state)
        checker.running_changed.connect(self._show_what_runs)
        checker.progressed.connect(self.status.show_progress)
        checker.state_changed.connect(self.status.show_state)
        self.masked_tools.marks.changed.connect(self._show_marks)
        self.mark.clicked.connect(self._continue_or_stop)
        self.word_count.changed.connect(self._show_word_count)
        page.selectionChanged.connect(self._show_word_count)
        page.zoomed.connect(self._zoom)
        page.paste_refused.connect(self.notifications.report)
        self.status.models_clicked.connect(lambda: self.preferences.show_section("models"))
        self.notice_bar.dismissed.connect(page.setFocus)
        self.recent_menu.aboutToShow.connect(self._fill_recent_menu)
        self.settings.subscribe(self._on_setting_changed)
        self.theme.changed.connect(self._apply_type)

    def _handlers(self) -> dict[str, Callable[..., object]]:
        page, files, window = self.page, self.files, self.window
        return {
            "new": files.new,
            "open": files.choose_and_open,
            "save": files.save,
            "save_as": files.save_as,
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
            "continue": self.continuation.start,
            "stop": self._stop,
            "ghost": lambda shown: self.settings.change(GHOST, shown),
            "zoom_in": lambda: self._zoom(1),
            "zoom_out": lambda: self._zoom(-1),
            "zoom_reset": lambda: self.settings.change(FONT_SIZE, FONT_SIZE.default),
            "full_screen": self._set_full_screen,
            "show_log": self._show_log_folder,
            "about": self._show_about,
            **self.masked_tools.handlers(),
        }

    @Slot()
    def _after_first_paint(self) -> None:
        for notice in self._setting_notices:
            self.notifications.warn(notice)
        for error in self._start_errors:
            self.notifications.report(error)
        if self._options.file is not None:
            self.files.open(self._options.file)
        self.models.load_all()

    @Slot(str)
    def _on_model_about_to_change(self, role: str) -> None:
        if role == "causal":
            self.continuation.stop()
            self.ghost_controller.be_silent()
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
        checker = self.masked_tools.checker
        self.actions["stop"].setEnabled(self.continuation.is_streaming or checker.is_running)
        self.mark.dress()

    @Slot()
    def _show_marks(self) -> None:
        marks = self.masked_tools.marks
        for command in ("next_mark", "previous_mark", "clear_marks"):
            self.actions[command].setEnabled(not marks.is_empty)

    @Slot()
    def _stop(self) -> None:
        self.continuation.stop()
        self.masked_tools.checker.stop()

    @Slot()
    def _continue_or_stop(self) -> None:
        if self.continuation.is_streaming:
            self.continuation.stop()
        else:
            self.continuation.start()

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

    @Slot()
    def _fill_recent_menu(self) -> None:
        self.recent_menu.clear()
        for path in self.recent.paths():
            self.recent_menu.addAction(str(path), partial(self.files.open, path))
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction(self.tr("No files yet")).setEnabled(False)

    @Slot()
    def _show_log_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._paths.log)))

    @Slot()
    def _show_about(self) -> None:
        box = QMessageBox(self.window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIconPixmap(application_icon().pixmap(64, 64))
        box.setText(f"Inkling {VERSION}")
        box.setInformativeText(
            self.tr(
                "A calm editor for prose. Its language models run on this machine, and nothing leaves it."
            )
        )
        box.open()

    def _on_setting_changed(self, setting: Setting[Any]) -> None:
        if setting in (FONT_FAMILY, FONT_SIZE, COLUMN):
            self._apply_type()
        elif setting is GHOST:
            self.actions["ghost"].setChecked(self.settings[GHOST])

    def _save_settings(self, file: Path, data: bytes) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, data)
        except OSError:
            self.notifications.warn(
                self.tr("The settings could not be saved."), self.tr("They hold until Inkling is closed.")
            )

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
