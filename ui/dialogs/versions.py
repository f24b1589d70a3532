"""The versions of a document: to browse, to compare, to bring back."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QLabel, QPushButton, QWidget

from app.document.manuscript import Manuscript
from app.document.versions import Generation, Versions
from app.errors import InklingError
from ui.background_queue import BackgroundQueue
from ui.dialogs.comparing_dialog import ComparingDialog
from ui.dialogs.comparison_view import Surroundings, Titled
from ui.dialogs.latest import Latest
from ui.dialogs.moments import day_and_time
from ui.dialogs.version_list import VersionList

Role = QDialogButtonBox.ButtonRole


class VersionsWindow(ComparingDialog):
    """Shows what a document was at each save, beside what it is now or was before.

    Args:
        name: of the document.
        versions: of the document.
        disk: reads them.
        page_text: returns what stands on the page.
        surroundings: what the comparison needs.
        parent: the window of the page.
    """

    restored = Signal(object)  # Manuscript: it takes the place of what stands on the page

    def __init__(
        self,
        name: str,
        versions: Versions,
        disk: BackgroundQueue,
        page_text: Callable[[], str],
        surroundings: Surroundings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("versions", surroundings, parent)
        self._versions = versions
        self._disk = Latest(disk)
        self._page_text = page_text
        self._compared_page: str | None = None
        self._generations: Sequence[Generation] = ()
        self._chosen: Generation | None = None
        self._manuscript: Manuscript | None = None
        self._list = VersionList()
        self._other = QComboBox()
        self._copy = QPushButton(self.tr("Copy Text"))
        self._restore = QPushButton(self.tr("Restore"))
        self._build(name)
        self._list.chosen.connect(self._choose)
        self._other.currentIndexChanged.connect(self._load)
        self._copy.clicked.connect(self._copy_text)
        self._restore.clicked.connect(self._restore_text)
        self._enable()
        self.view.wait()
        self._disk.run(versions.generations, self._show_generations, self._fail)

    def done(self, result: int) -> None:  # noqa: D102
        self._disk.forget()
        super().done(result)

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102
        super().changeEvent(event)
        came_back = event.type() == QEvent.Type.ActivationChange and self.isActiveWindow()
        if came_back and self._compared_page is not None and self._compared_page != self._page_text():
            self._compare_with_page()

    @Slot(object)
    def _choose(self, generation: Generation) -> None:
        self._chosen = generation
        self._load()

    @Slot()
    def _load(self) -> None:
        """Read the chosen version, and the one before it if they are to be compared."""
        self._manuscript = self._compared_page = None
        self._enable()
        if self._chosen is None:
            return
        wanted = [self._chosen]
        if not self._is_with_page():
            wanted += self._before(self._chosen)
        self.view.wait()
        self._disk.run(lambda: [self._versions.load(one) for one in wanted], self._on_loaded, self._fail)

    @Slot()
    def _copy_text(self) -> None:
        if self._manuscript is not None:
            QGuiApplication.clipboard().setText(self._manuscript.text)

    @Slot()
    def _restore_text(self) -> None:
        if self._manuscript is not None:
            self.restored.emit(self._manuscript)
            self.accept()

    def _show_generations(self, generations: Sequence[Generation]) -> None:
        self._generations = generations
        self._list.setVisible(bool(generations))
        if generations:
            self._list.show_generations(generations, datetime.now(UTC))
            self._list.setFocus()
        else:
            self.view.say(self.tr("No versions yet. Each save keeps one."))
        self._enable()

    def _on_loaded(self, manuscripts: Sequence[Manuscript]) -> None:
        self._manuscript, *before = manuscripts
        self._enable()
        if self._is_with_page():
            self._compare_with_page()
        elif before and self._chosen is not None:
            older = self._before(self._chosen)[0]
            self.view.compare(
                Titled(self._title(older), before[0].text),
                Titled(self._title(self._chosen), self._manuscript.text),
            )
        else:
            self.view.say(self.tr("This is the oldest version."))

    def _compare_with_page(self) -> None:
        if self._chosen is not None and self._manuscript is not None:
            self._compared_page = self._page_text()
            self.view.compare(
                Titled(self._title(self._chosen), self._manuscript.text),
                Titled(self.tr("On the page"), self._compared_page),
            )

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, (InklingError, OSError)):
            raise error
        words = f"{error.message} {error.hint}" if isinstance(error, InklingError) else ""
        self.view.say(words or self.tr("The versions could not be read. Try again."))

    def _before(self, generation: Generation) -> list[Generation]:
        """Return the version before this one; empty where this is the first."""
        place = self._generations.index(generation) + 1
        return list(self._generations[place : place + 1])

    def _is_with_page(self) -> bool:
        return self._other.currentIndex() == 0

    def _title(self, generation: Generation) -> str:
        return day_and_time(generation.when, datetime.now(UTC))

    def _enable(self) -> None:
        self._other.setEnabled(bool(self._generations))
        for button in (self._copy, self._restore):
            button.setEnabled(self._manuscript is not None)

    def _build(self, name: str) -> None:
        self.setWindowTitle(self.tr("Versions of “{name}”").format(name=name))
        self._other.addItems([self.tr("The page"), self.tr("The version before it")])
        label = QLabel(self.tr("Compare &with:"))
        label.setBuddy(self._other)
        self._other.setAccessibleName(self.tr("Compare with"))
        self._restore.setToolTip(self.tr("Puts this version on the page; the file stays until you save"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self._copy, Role.ActionRole)
        buttons.addButton(self._restore, Role.AcceptRole)
        self.assemble(None, self._list, (label, self._other), buttons)
        self._restore.setDefault(True)  # a dialog knows only its own buttons
