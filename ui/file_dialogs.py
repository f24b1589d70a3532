"""The system's dialogs for choosing a text file."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

SUFFIX = "md"


def choose_file(window: QWidget, beside: Path | None, then: Callable[[Path], object]) -> None:
    """Let the writer choose a text file, and call `then` with it."""
    dialog = _dialog(window, _translated("Open"), beside)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def choose_place(window: QWidget, current: Path | None, then: Callable[[Path], object]) -> None:
    """Let the writer choose where to save a text, and call `then` with the file; it may exist."""
    dialog = _dialog(window, _translated("Save As"), current)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(current.suffix.lstrip(".") if current is not None else SUFFIX)
    if current is not None:
        dialog.selectFile(current.name)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def _dialog(window: QWidget, title: str, beside: Path | None) -> QFileDialog:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    folder = str(beside.parent) if beside is not None and beside.parent.is_dir() else documents
    dialog = QFileDialog(window, title, folder)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilters(
        [_translated("Text and Markdown (*.md *.markdown *.txt *.text)"), _translated("All files (*)")]
    )
    return dialog


def _translated(text: str) -> str:
    return QCoreApplication.translate("file_dialogs", text)
