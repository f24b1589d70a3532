"""Counts what the models offer and what the writer takes of it, and hands that to the disk now and then."""

import logging
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.assist.acceptance import AcceptanceFile, Counts, Heading, Kind, Tallies
from app.document.statistics import count_words
from app.engines.protocols import Role
from app.settings import COUNT_TAKEN, Setting, Settings
from ui.background_queue import BackgroundQueue
from ui.controllers.continue_controller import ContinueController
from ui.controllers.models_controller import ModelsController
from ui.controllers.words_controller import WordsController
from ui.editor.ghost_text import GhostText

log = logging.getLogger(__name__)
REST_MS = 5_000  # between two writes to the disk, at least
KEYS_FOR_GHOST_TEXT = 1
KEYS_FOR_CONTINUING = 1
KEYS_FOR_A_WORD = 2  # one that opens the list and one that chooses


class AcceptanceController(QObject):
    """Keeps the counts of today until they are written; a text itself is never kept.

    What is taken of a continuation is not known when it ends: it may be undone, retried or cut. So it counts
    when the next one comes elsewhere, when the text is left, and when the writer looks at the counts.

    Args:
        file: where the counts go; only the disk's thread touches it.
    """

    read = Signal(object)  # Tallies
    failed = Signal()  # to read or to erase

    def __init__(
        self,
        file: AcceptanceFile,
        disk: BackgroundQueue,
        settings: Settings,
        models: ModelsController,
        ghost: GhostText,
        streams: ContinueController,
        words: WordsController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._file = file
        self._disk = disk
        self._settings = settings
        self._models = models
        self._places = streams.places
        self._tallies: Tallies = {}
        self._unsettled: tuple[int, Heading] | None = None  # the place of the last continuation
        self._ghost_is_untouched = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.write)
        ghost.shown.connect(self._on_ghost_shown)
        ghost.taken.connect(self._on_ghost_taken)
        streams.offered.connect(self._on_takes_offered)
        words.offered.connect(self._on_words_offered)
        words.written.connect(self._on_word_written)
        settings.subscribe(self._on_setting_changed)

    @Slot()
    def write(self) -> None:
        """Hand what was counted to the disk."""
        self._rest.stop()
        tallies, self._tallies = self._tallies, {}
        if tallies:
            self._disk.run(lambda: self._file.add(tallies), lambda _: None, self._note)

    @Slot()
    def settle(self) -> None:
        """Count what is left of the last continuation; what becomes of it now is the writer's own."""
        unsettled, self._unsettled = self._unsettled, None
        if unsettled is None:
            return
        place, at = unsettled
        text = self._places.left_at(place)
        if text:
            self._add(at, Counts(0, 1, count_words(text), len(text) - KEYS_FOR_CONTINUING))

    @Slot()
    def look(self) -> None:
        """Read all counts, those of this moment included; `read` brings them."""
        self.settle()
        self.write()
        self._disk.run(self._file.read, self.read.emit, self._tell)

    @Slot()
    def erase(self) -> None:
        """Forget all counts; `read` brings what is left: nothing."""
        self._rest.stop()
        self._tallies = {}
        self._unsettled = None
        self._disk.run(self._file.erase, lambda _: self.look(), self._tell)

    @Slot(str)
    def _on_ghost_shown(self, _text: str) -> None:
        self._ghost_is_untouched = True
        self._count("causal", Kind.GHOST, Counts(shown=1))

    @Slot(str)
    def _on_ghost_taken(self, text: str) -> None:
        taken = 1 if self._ghost_is_untouched else 0  # word by word it is still one suggestion
        self._ghost_is_untouched = False
        saved = len(text) - KEYS_FOR_GHOST_TEXT
        self._count("causal", Kind.GHOST, Counts(taken=taken, words=count_words(text), saved=saved))

    @Slot(int)
    def _on_takes_offered(self, place: int) -> None:
        if self._unsettled is not None and self._unsettled[0] != place:
            self.settle()
        at = self._count("causal", Kind.CONTINUATION, Counts(shown=1))
        self._unsettled = place, at

    @Slot()
    def _on_words_offered(self) -> None:
        self._count("masked", Kind.WORD, Counts(shown=1))

    @Slot(str)
    def _on_word_written(self, word: str) -> None:
        saved = len(word) - KEYS_FOR_A_WORD
        self._count("masked", Kind.WORD, Counts(taken=1, words=count_words(word), saved=saved))

    def _count(self, role: Role, kind: Kind, counts: Counts) -> Heading:
        """Count something that happens now, and return under which heading."""
        at = Heading(date.today(), kind, self._models.title(role))
        self._add(at, counts)
        return at

    def _add(self, at: Heading, counts: Counts) -> None:
        if not self._settings[COUNT_TAKEN]:
            return
        self._tallies[at] = self._tallies.get(at, Counts()) + counts
        if not self._rest.isActive():
            self._rest.start()

    def _on_setting_changed(self, setting: Setting[Any]) -> None:
        if setting is COUNT_TAKEN:
            self.write()

    def _note(self, error: BaseException) -> None:
        """Log it: counts are no reason to disturb a writer."""
        log.warning("counts could not be written: %s", type(error).__name__)

    def _tell(self, error: BaseException) -> None:
        self._note(error)
        self.failed.emit()
