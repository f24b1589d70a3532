"""When ghost text is asked for, and when it may be shown."""

from collections import deque
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from app.assist.ghost_pace import GhostPace
from app.document.manuscript import Author
from app.settings import GHOST, GHOST_OFTEN, GHOST_PAUSE, Setting, Settings
from app.worker.engine_client import EngineClient
from app.worker.messages import Drafted, Drafting, Event, Terminal
from ui.controllers.continue_controller import ContinueController
from ui.controllers.models_controller import ModelsController
from ui.editor.ghost_text import GhostText
from ui.editor.page import Page
from ui.editor.plain_text import text_after, text_before
from ui.editor.prompt_maker import PromptMaker
from ui.editor.sources import source_of_now

FOLLOWING = 400  # UTF-16 code units behind the caret, for the model to look at
MOST_CHOICES = 9  # beyond these hardly anything fits
MOST_DECLINED = 50  # places that are remembered
Surroundings = tuple[str, str]  # of a place: the text before it and behind it


class GhostController(QObject):
    """Asks for a few words after a pause in the writing, wherever the caret stands in the text.

    It stays silent after deleting, undoing, redoing and pasting, while an input method composes, while
    something is selected, while the page has not the focus, while a stream runs, and where nothing stands
    before the caret. A text that comes is shown only at the place for which it was asked: the revision and
    the caret are still the same, or all that has changed since is that the writer took or typed the text's
    own beginning.
    """

    def __init__(
        self,
        page: Page,
        prompts: PromptMaker,
        ghost: GhostText,
        client: EngineClient,
        models: ModelsController,
        streams: ContinueController,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._prompts = prompts
        self._ghost = ghost
        self._client = client
        self._models = models
        self._streams = streams
        self._settings = settings
        self._pace = GhostPace()
        self._request_id = 0  # of the request on its way; 0 when there is none
        self._asked_choice = 0
        self._asked_at = (-1, -1)  # revision and caret; they move on with what is put in of the text
        self._put_in = ""  # of the text since it was asked for
        self._typed = ""  # or taken of the suggestion since it was shown
        self._is_accepted = False
        self._choices: list[str] = []  # for this place, as far as they are known; the best first
        self._choice = 0  # the one that is shown
        self._next_choice = 1  # that is to be asked for
        self._has_all_choices = False
        self._declined: deque[Surroundings] = deque(maxlen=MOST_DECLINED)
        self._pause = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)  # no 5 % late
        self._pause.timeout.connect(self._ask)
        page.document().contentsChange.connect(self._on_contents_change)
        page.cursorPositionChanged.connect(self._on_caret_moved)
        page.typed.connect(self._wait)
        ghost.shown.connect(self._on_shown)
        ghost.advanced.connect(self._on_advanced)
        ghost.taken.connect(self._on_taken)
        ghost.declined.connect(self._on_declined)
        ghost.dismissed.connect(self._on_dismissed)
        ghost.leafed.connect(self._leaf)
        streams.streaming_changed.connect(self.be_silent)
        settings.subscribe(self._on_setting_changed)

    @property
    def is_asking(self) -> bool:
        """Whether it waits for the end of the pause, or for an answer."""
        return self._pause.isActive() or bool(self._request_id)

    @Slot()
    def be_silent(self) -> None:
        """Drop what is shown, what is on its way and what would be asked for."""
        self._pause.stop()
        self._drop_request()
        self._ghost.clear()

    @Slot()
    def _wait(self) -> None:
        if self._settings[GHOST]:
            self._pause.start(self._pace.pause(self._settings[GHOST_PAUSE]))

    @Slot(int, int, int)
    def _on_contents_change(self, _position: int, removed: int, added: int) -> None:
        if (removed or added) and not self._ghost.is_aside:
            self._pause.stop()  # typing starts it again; deleting, undoing and pasting do not
            self._drop_request()

    @Slot()
    def _on_caret_moved(self) -> None:
        if not self._ghost.is_aside and self._place() != self._asked_at:
            self._pause.stop()
            self._drop_request()

    @Slot(str)
    def _on_shown(self, _text: str) -> None:
        self._typed = ""
        self._is_accepted = False

    @Slot(str)
    def _on_advanced(self, text: str) -> None:
        self._typed += text
        if len(self._typed.split()) > 1 or not self._ghost.text:  # a word and more, or all of it
            self._accept()
        if self._asked_choice:
            self._drop_request()
        self._put_in += text
        self._asked_at = self._place()
        self._forget_choices()

    @Slot(str)
    def _on_taken(self, _text: str) -> None:
        self._accept()
        self._wait()

    @Slot()
    def _on_declined(self) -> None:
        self._declined.append(self._surroundings())

    @Slot()
    def _on_dismissed(self) -> None:
        self._drop_request()
        if not self._is_accepted:
            self._pace.dismissed()

    @Slot()
    def _ask(self) -> None:
        if self._ghost.text or self._request_id or not self._may_speak():
            return
        before, _ = surroundings = self._surroundings()
        if before.strip() and surroundings not in self._declined:
            self._forget_choices()
            self._draft(0)

    @Slot(int)
    def _leaf(self, step: int) -> None:
        """Show the next or the previous choice, behind the last one the first; ask for it where need be."""
        if step > 0 and self._asked_choice and self._request_id:
            return  # it is on its way
        self._drop_request()
        self._choices = self._choices or [self._ghost.text]
        wanted = self._choice + step
        if wanted == len(self._choices) and not self._has_all_choices:
            self._draft(self._next_choice)
        else:
            self._show_choice(wanted % len(self._choices))

    def _draft(self, choice: int) -> None:
        self._asked_choice = choice
        self._asked_at = self._place()
        self._put_in = ""
        position = self._page.textCursor().position()
        self._request_id = self._client.draft(
            self._prompts.at(position).prompt,
            text_after(self._page.document(), position, FOLLOWING),
            self._settings[GHOST_OFTEN],
            self._on_event,
            choice,
        )

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id:
            return
        if isinstance(event, Terminal):
            self._request_id = 0
        if not isinstance(event, Drafting | Drafted) or not self._may_speak():
            return
        text = event.text.partition("\n")[0]
        if self._place() != self._asked_at or not text.startswith(self._put_in):
            return
        is_whole = isinstance(event, Drafted)
        if self._asked_choice == 0:
            self._grow(text.removeprefix(self._put_in), is_whole)
        elif is_whole:
            self._add_choice(text)

    def _grow(self, text: str, is_whole: bool) -> None:
        """Show what there is of the first choice; what is shown already stays."""
        shown = self._ghost.text
        if text.strip() or shown:
            self._show(text if text.startswith(shown) else shown, is_whole)

    def _add_choice(self, text: str) -> None:
        """Show a choice that is new, pass over a known one, and go back to the first behind the last."""
        self._next_choice = self._asked_choice + 1
        if text.strip() and text not in self._choices:
            self._choices.append(text)
            self._show_choice(len(self._choices) - 1)
        elif text.strip() and self._next_choice < MOST_CHOICES:
            self._draft(self._next_choice)
        else:
            self._has_all_choices = True
            self._show_choice(0)

    def _show_choice(self, choice: int) -> None:
        self._choice = choice
        self._has_all_choices = self._has_all_choices or self._next_choice >= MOST_CHOICES
        self._show(self._choices[choice], is_whole=True)

    def _show(self, text: str, is_whole: bool) -> None:
        self._ghost.show(text, source_of_now(Author.CONTINUATION, self._models.title("causal")), is_whole)

    def _accept(self) -> None:
        self._is_accepted = True
        self._pace.accepted()

    def _forget_choices(self) -> None:
        self._choices, self._choice, self._has_all_choices, self._next_choice = [], 0, False, 1

    def _may_speak(self) -> bool:
        return (
            self._settings[GHOST]
            and self._models.is_ready("causal")
            and not self._streams.is_streaming
            and not self._page.is_composing
            and not self._page.textCursor().hasSelection()
            and self._page.hasFocus()
            and QApplication.activePopupWidget() is None
        )

    def _place(self) -> tuple[int, int]:
        return self._page.document().revision(), self._page.textCursor().position()

    def _surroundings(self) -> Surroundings:
        document, position = self._page.document(), self._page.textCursor().position()
        return text_before(document, position, FOLLOWING), text_after(document, position, FOLLOWING)

    def _drop_request(self) -> None:
        if self._request_id:
            self._client.cancel(self._request_id)
            self._request_id = 0

    def _on_setting_changed(self, setting: Setting[Any]) -> None:
        if setting is GHOST:
            self.be_silent()
