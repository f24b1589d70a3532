"""Asks the model which words it weighs where one stands."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QTextCursor

from app.assist.look_inside import MOST_CHOICES, choices
from app.engines.protocols import NextWord
from app.worker.engine_client import EngineClient
from app.worker.messages import Event, Failed, Finished, NextWords, TextsWeighed
from ui.editor.prompt_maker import PlacedPrompt

SLOW_MS = 300
LONGEST = 200  # code points; what is longer is no word, and weighing it might take for ever


class WordWeigher(QObject):
    """Asks about one word at a time: what may stand there, and how likely is what does.

    The probabilities are the model's own, before any sampling rule.

    Args:
        prompt_at: returns what the model reads before a place, in UTF-16 code units.
        client: the worker thread.
    """

    weighed = Signal(object)  # list[Choice]
    failed = Signal(str, str)  # what happened and what to do; empty where the request was ended
    is_slow = Signal()

    def __init__(
        self, prompt_at: Callable[[int], PlacedPrompt], client: EngineClient, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._prompt_at = prompt_at
        self._client = client
        self._requests: tuple[int, ...] = ()  # for what may stand there, and for what does
        self._standing = ""
        self._words: Sequence[NextWord] = ()
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._on_slow)

    @property
    def is_asking(self) -> bool:
        """Whether an answer is on its way."""
        return bool(self._requests)

    def ask(self, word: QTextCursor) -> None:
        """Ask about the word that `word` selects, in place of what was asked before."""
        self.drop()
        self._standing = word.selectedText()
        if len(self._standing) > LONGEST:
            self.failed.emit(self.tr("This is too long for a word."), "")
            return
        prompt = self._prompt_at(word.selectionStart()).prompt
        self._requests = (
            self._client.weigh_next_words(prompt, MOST_CHOICES, self._on_event),
            self._client.weigh_texts(prompt, [self._standing], self._on_event),
        )
        self._slow.start()

    def drop(self) -> None:
        """Ask no more: nobody waits for the answer."""
        self._slow.stop()
        for request_id in self._requests:
            self._client.cancel(request_id)
        self._requests = ()

    def _on_event(self, event: Event) -> None:
        if event.request_id not in self._requests:
            return
        match event:
            case NextWords():
                self._words = event.words
            case TextsWeighed():
                self._slow.stop()
                self._requests = ()
                self.weighed.emit(choices(self._words, self._standing, event.texts[0]))
            case Failed():
                self.drop()
                self.failed.emit(event.message, event.hint)
            case Finished():
                self.drop()
                self.failed.emit("", "")

    @Slot()
    def _on_slow(self) -> None:
        self.is_slow.emit()
