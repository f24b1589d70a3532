"""New, open, save: the conversation between the page and the writer's files."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget

from app.document import storage
from app.document.document import Document, OnDisk
from app.errors import InklingError
from ui.dialogs.question import Answer, Question, Role
from ui.editor.file_drop import FileDrop
from ui.editor.plain_text import text_of
from ui.notifications import Action, Notifications
from ui.recent_files import RecentFiles

Step = Callable[[], object]
SUFFIX = "md"


class FilesController(QObject):
    """Brings files to the page and back, and never loses a text on the way.

    Args:
        page: shows the text.
        notifications: hears what went wrong.
        recent: remembers the files.
        window: carries the title, the question about unsaved changes and the file dialogs.
    """

    about_to_replace_text = Signal()
    document_changed = Signal()
    saved = Signal(object)  # Path

    def __init__(
        self,
        page: QPlainTextEdit,
        notifications: Notifications,
        recent: RecentFiles,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._page = page
        self._notifications = notifications
        self._recent = recent
        self._window = window
        self._document = Document()
        self._drop = FileDrop(page, self)
        self._drop.dropped.connect(self.open)
        page.document().contentsChange.connect(self._on_contents_change)
        page.document().modificationChanged.connect(self._on_modification_changed)
        self._show_title()

    @property
    def document(self) -> Document:
        """The file behind the page."""
        return self._document

    @Slot()
    def new(self) -> None:
        """Start an empty text."""
        self.when_safe(lambda: self._replace(Document(), ""))

    @Slot()
    def choose_and_open(self) -> None:
        """Let the writer choose a file and open it."""
        self.when_safe(self._choose_and_open)

    @Slot(object)
    def open(self, path: Path) -> None:
        """Open `path`."""
        self.when_safe(lambda: self._open(path.expanduser().absolute()))

    @Slot()
    def save(self) -> None:
        """Write the text to its file, or ask for one."""
        self._save(_nothing)

    @Slot()
    def save_as(self) -> None:
        """Let the writer choose a file and write the text to it."""
        self._save_as(_nothing)

    def when_safe(self, then: Step) -> None:
        """Do `then` once nothing would be lost: now, or after the writer saved or discarded the changes.

        Nothing happens where the writer cancels or saving fails.
        """
        if not self._page.document().isModified():
            then()
            return
        Question(
            self._window,
            self.tr("Save the changes to “{name}”?").format(name=self._name()),
            self.tr("What is not saved will be lost."),
            (
                Answer(self.tr("Save"), Role.AcceptRole, lambda: self._save(then)),
                Answer(self.tr("Discard"), Role.DestructiveRole, then),
                Answer(self.tr("Cancel"), Role.RejectRole),
            ),
        ).ask()

    @Slot(int, int, int)
    def _on_contents_change(self, _position: int, _removed: int, _added: int) -> None:
        self._document.edited()

    @Slot(bool)
    def _on_modification_changed(self, modified: bool) -> None:
        if not modified:
            self._document.returned_to_saved_text()
        self._window.setWindowModified(modified)

    def _choose_and_open(self) -> None:
        dialog = self._file_dialog(self.tr("Open"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self._open(Path(name)))
        dialog.open()

    def _open(self, path: Path) -> None:
        try:
            file = storage.load(path)
        except InklingError as error:
            if not path.exists():
                self._recent.remove(path)
            self._notifications.report(error)
            return
        self._replace(Document(path, file), file.text)
        self._recent.add(path)

    def _replace(self, document: Document, text: str) -> None:
        self.about_to_replace_text.emit()
        self._page.setPlainText(text)
        self._document = document
        self._page.document().setModified(False)
        self._show_title()
        self.document_changed.emit()

    def _save(self, then: Step) -> None:
        path = self._document.path
        if path is None:
            self._save_as(then)
        elif not path.parent.is_dir():
            self._notifications.warn(
                self.tr("The folder “{folder}” is not there any more.").format(folder=path.parent),
                self.tr("Your text is still here. Save it in another folder."),
                self._save_as_action(),
            )
        elif self._document.on_disk() is OnDisk.CHANGED:
            self._ask_before_overwriting(path, then)
        else:
            self._write_to(path, then)

    def _save_as(self, then: Step) -> None:
        dialog = self._file_dialog(self.tr("Save As"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        path = self._document.path
        dialog.setDefaultSuffix(path.suffix.lstrip(".") if path is not None else SUFFIX)
        if path is not None:
            dialog.selectFile(path.name)
        dialog.fileSelected.connect(lambda name: self._write_to(Path(name), then))
        dialog.open()

    def _ask_before_overwriting(self, path: Path, then: Step) -> None:
        Question(
            self._window,
            self.tr("“{name}” was changed by another program.").format(name=path.name),
            self.tr("Overwriting replaces those changes with the text on this page."),
            (
                Answer(self.tr("Save As…"), Role.AcceptRole, lambda: self._save_as(then)),
                Answer(self.tr("Overwrite"), Role.DestructiveRole, lambda: self._write_to(path, then)),
                Answer(self.tr("Cancel"), Role.RejectRole),
            ),
        ).ask()

    def _write_to(self, path: Path, then: Step) -> None:
        text = text_of(self._page.document())
        try:
            digest = storage.save(path, text, self._document.format)
        except InklingError as error:
            self._notifications.report(error, self._save_as_action())
            return
        self._document.saved(path, digest)
        self._page.document().setModified(False)
        self._recent.add(path)
        self._show_title()
        self.saved.emit(path)
        then()

    def _save_as_action(self) -> Action:
        return Action(self.tr("Save As…"), self.save_as)

    def _file_dialog(self, title: str) -> QFileDialog:
        path = self._document.path
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        folder = str(path.parent) if path is not None and path.parent.is_dir() else documents
        dialog = QFileDialog(self._window, title, folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters(
            [self.tr("Text and Markdown (*.md *.markdown *.txt *.text)"), self.tr("All files (*)")]
        )
        return dialog

    def _show_title(self) -> None:
        """Name the file in the title bar; `[*]` is where Qt marks unsaved changes."""
        path = self._document.path
        self._window.setWindowFilePath(str(path) if path is not None else "")
        self._window.setWindowTitle(f"{self._name()}[*]")
        self._window.setWindowModified(self._page.document().isModified())

    def _name(self) -> str:
        return self._document.name or self.tr("Untitled")


def _nothing() -> None:
    pass
