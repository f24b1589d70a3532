"""Look inside, as a panel: it follows the caret from word to word."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QTextCursor

from app.assist.look_inside import Choice
from app.assist.surprise import bits_of
from ui.controllers.continue_controller import ContinueController
from ui.controllers.models_controller import ModelsController
from ui.controllers.rewording import Rewording
from ui.controllers.word_weigher import WordWeigher
from ui.editor.page import Page
from ui.editor.surprise_words import surprise_in_words
from ui.editor.words import select_word
from ui.panels.inside_panel import InsidePanel

MOVED_MS = 250  # a caret on its way through the text rests less than that
EDITED_MS = 1_000  # ghost text comes first


class InsideController(QObject):
    """Asks about the word at the caret once the writer rests, as long as the panel is open."""

    def __init__(
        self,
        page: Page,
        panel: InsidePanel,
        weigher: WordWeigher,
        rewording: Rewording,
        models: ModelsController,
        streams: ContinueController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._panel = panel
        self._weigher = weigher
        self._rewording = rewording
        self._models = models
        self._streams = streams
        self._is_open = False
        self._word: QTextCursor | None = None  # what is shown, or asked about
        self._text = ""  # what it reads then
        self._revision = -1  # of the document then
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._ask)
        page.cursorPositionChanged.connect(self._on_moved)
        page.document().contentsChanged.connect(self._on_edited)
        models.changed.connect(self._ask)
        streams.streaming_changed.connect(self._on_moved)
        weigher.weighed.connect(self._show)
        weigher.failed.connect(self._on_failed)
        weigher.is_slow.connect(self._on_slow)
        panel.chosen.connect(self._put)

    def on_panel_changed(self, is_open: bool) -> None:
        """Follow the caret while the panel is open."""
        if is_open == self._is_open:
            return
        self._is_open = is_open
        self.let_go()
        self._ask()

    @Slot()
    def let_go(self) -> None:
        """Show nothing: the text or the model is about to change."""
        self._rest.stop()
        self._weigher.drop()
        self._forget()
        self._panel.say("")

    @Slot()
    def _on_moved(self) -> None:
        if self._is_open and self._rest.remainingTime() < MOVED_MS:
            self._rest.start(MOVED_MS)

    @Slot()
    def _on_edited(self) -> None:
        if self._is_open and self._page.document().revision() != self._revision:
            self._drop_request()
            self._rest.start(EDITED_MS)

    @Slot()
    def _ask(self) -> None:
        if not self._is_open:
            return
        if not self._models.is_ready("causal"):
            self._forget()
            self._panel.say(self._absence())
            return
        if self._streams.is_streaming:
            self._drop_request()
            self._panel.say(self.tr("The model is writing. This follows when it has stopped."))
            return
        word = select_word(self._page.textCursor())
        if word is None:
            self._drop_request()
            self._forget()
            self._panel.say(self.tr("Put the caret in a word."))
        elif not self._is_known(word):
            self._word, self._text = word, word.selectedText()
            self._revision = self._page.document().revision()
            self._weigher.ask(word)
        else:
            self._panel.say("")

    def _is_known(self, word: QTextCursor) -> bool:
        return (
            self._word is not None
            and self._revision == self._page.document().revision()
            and word.selectionStart() == self._word.selectionStart()
            and word.selectionEnd() == self._word.selectionEnd()
        )

    @Slot(object)
    def _show(self, choices: list[Choice]) -> None:
        if self._word is None:
            return
        standing = next(choice for choice in choices if choice.stands)
        if self._rewording.rewrites(self._word):
            note = self.tr("A model wrote this. It goes on from the word that you choose.")
        else:
            note = self.tr("The word that you choose takes this one’s place. Nothing else changes.")
        surprise = surprise_in_words(bits_of(standing.logprob))
        self._panel.show_choices(self._text, surprise, choices, note)

    @Slot(str, str)
    def _on_failed(self, message: str, hint: str) -> None:
        self._forget()
        self._panel.say(f"{message} {hint}".strip())

    @Slot()
    def _on_slow(self) -> None:
        self._panel.say(self.tr("Asking the model…"))

    @Slot(str)
    def _put(self, text: str) -> None:
        if self._word is None or self._word.selectedText() != self._text:
            return  # it was edited since
        self._page.setFocus()
        self._rewording.put(self._word, text)

    def _absence(self) -> str:
        if self._models.is_loading("causal"):
            return self.tr("The model is still being made ready.")
        return self.tr("No model is loaded for this. Choose one in Preferences, under Models.")

    def _drop_request(self) -> None:
        self._weigher.drop()
        self._revision = -1  # what is shown may be old

    def _forget(self) -> None:
        self._word = None
        self._panel.clear()
