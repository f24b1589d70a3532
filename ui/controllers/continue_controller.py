"""Continue: from Ctrl+Return to the last token on the page, and the other ways on that were written along."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal, Slot

from app.assist.continuation import Joiner, as_on_page
from app.assist.takes import Again, Round, Take, TakeHistory
from app.document.manuscript import Author, Manuscript, Source
from app.settings import MAX_NEW_TOKENS, TAKES, Settings
from app.worker.engine_client import EngineClient
from app.worker.messages import Event, Failed, Finished, Prefilling, Tokens
from ui.announcements import announce
from ui.controllers.models_controller import ModelsController
from ui.editor.page import Page
from ui.editor.plain_text import utf16_length
from ui.editor.prompt_maker import PromptMaker
from ui.editor.sources import source_of_now
from ui.editor.stream_writer import StreamWriter
from ui.editor.take_places import Standing, TakePlaces
from ui.notifications import Notifications


@dataclass(frozen=True)
class ShownTake:
    """The take on the page that others can be swapped for.

    number: which of them it is, from 1. count: how many there are.
    start, end: where it stands, in UTF-16 code units.
    """

    number: int
    count: int
    start: int
    end: int


class ContinueController(QObject):
    """Streams the causal model's continuation into the page, one stream at a time, with its other takes.

    The first take streams into the page; the others are written out of sight until they are swapped in.
    """

    streaming_changed = Signal(bool)
    offered = Signal(int)  # new takes stand at a place, by its number, as far as they were written
    state_changed = Signal(str)  # for the status line; empty when there is nothing to say
    takes_changed = Signal()  # which take stands on the page, how many there are, or what is written of one

    def __init__(
        self,
        page: Page,
        prompts: PromptMaker,
        client: EngineClient,
        models: ModelsController,
        settings: Settings,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._prompts = prompts
        self._client = client
        self._models = models
        self._settings = settings
        self._notifications = notifications
        self.history = TakeHistory()
        self.places = TakePlaces(page, self.history, self)
        self._writer: StreamWriter | None = None
        self._round: Round | None = None  # that the stream writes
        self._joiners: list[Joiner] = []
        self._request_id = 0
        self._tokens = 0
        self._first_token_at = 0.0
        page.document().contentsChanged.connect(self.takes_changed)

    @property
    def is_streaming(self) -> bool:
        """Whether a stream is running."""
        return self._writer is not None

    @property
    def position(self) -> int:
        """Where the running stream ends, in UTF-16 code units; -1 when there is none."""
        return self._writer.position if self._writer is not None else -1

    @property
    def shown(self) -> ShownTake | None:
        """The take on the page; None where none stands untouched."""
        standing = self._standing()
        if standing is None:
            return None
        written = self.history.round_of(standing.take).written
        return ShownTake(written.index(standing.take) + 1, len(written), standing.start, standing.end)

    @Slot()
    def start(self) -> None:
        """Continue from the caret, or from the end of the selection, in place of a stream that runs."""
        if not self._can_write():
            return
        caret = self._page.textCursor()
        if caret.hasSelection():
            caret.setPosition(caret.selectionEnd())
            self._page.setTextCursor(caret)
        self._page.ensureCursorVisible()
        place = self.places.place_at(caret.position())
        self._stream(place, caret.position(), caret.position())

    @Slot()
    def retry(self) -> None:
        """Write new takes in place of the one on the page, which is kept in the history.

        The caret goes there. A stream of which nothing stands there yet goes on: it is new.
        """
        is_coming = self._writer is not None and not self._writer.has_begun
        if self._page.is_composing or is_coming or not self._can_write():
            return
        standing = self._standing()
        if standing is None:
            self._notifications.inform(
                self.tr("There is nothing to retry: press Ctrl+Return, and leave what comes as it is.")
            )
            return
        self._page.setTextCursor(self._page.text_cursor_at(standing.end))
        told = self.history.round_of(standing.take)
        if told.again is not None:
            told.again(standing.start, standing.end)
        else:
            written = sum(len(each.takes) for each in dict(self.history.places())[told.place])
            self._stream(told.place, standing.start, standing.end, told.lead, written)

    def rewrite(self, begin: int, end: int, lead: str) -> None:
        """Put `lead` in place of what stands between two places, and go on from there, as one undo step.

        What stood there is kept in the history.

        Args:
            begin: where `lead` goes, in UTF-16 code units.
            end: where what it replaces ends.
            lead: what all takes begin with.
        """
        if self._page.is_composing or not self._can_write():
            return
        place = self._place_for(begin, end)
        replaced = self._page.sources.between(begin, end)
        if replaced.text.strip():
            self.history.begin(place, datetime.now().astimezone(), [replaced])
        self._stream(place, begin, end, lead)

    def offer(
        self,
        position: int,
        texts: Sequence[str],
        until: int | None = None,
        again: Again | None = None,
    ) -> None:
        """Put in the first of some finished takes, as one undo step; the others can be swapped in.

        While an input method composes they are kept in the history alone.

        Args:
            position: where, in UTF-16 code units.
            texts: the takes, best first.
            until: where what they replace ends; None replaces nothing.
            again: what Retry does instead of continuing from there, with where the take begins and ends.
        """
        self.stop()
        source, until = self._source(), position if until is None else until
        takes = [Manuscript.of_one(as_on_page(text), source) for text in texts if text]
        if not takes:
            return
        place = self._place_for(position, until)
        self.places.use(place)
        offered = self.history.begin(place, datetime.now().astimezone(), takes, again=again)
        if not self._page.is_composing:
            self._put(offered.takes[0], position, until)
            self.offered.emit(place)

    def bring_back(self, take: Take) -> None:
        """Put a take of the history in place of the one that stands untouched at its place, or else there."""
        self.stop()
        if self._page.is_composing:
            return
        place = self.history.round_of(take).place
        self.places.use(place)
        standing = self.places.standing(place)
        if standing is not None:
            self._put(take, standing.start, standing.end)
        else:
            position = self.places.position(place)
            self._put(take, position, position)

    @Slot()
    def next_take(self) -> None:
        """Swap the take on the page for the next one."""
        self._swap(1)

    @Slot()
    def previous_take(self) -> None:
        """Swap the take on the page for the one before it."""
        self._swap(-1)

    @Slot()
    def stop(self) -> None:
        """End all takes at once and keep what is written of them."""
        if self._writer is not None:
            self._client.cancel(self._request_id)
            self._end()

    @Slot()
    def forget(self) -> None:
        """Forget all takes: another document takes the place of theirs."""
        self.stop()
        self.history.forget()
        self.places.forget()
        self.takes_changed.emit()

    def _can_write(self) -> bool:
        """End what runs, and tell whether there is a model; the writer is told where there is none."""
        if not self._models.is_ready("causal"):
            self._models.explain_absence("causal")
            return False
        self.stop()
        return True

    def _place_for(self, begin: int, end: int) -> int:
        """Return the number of the place for what will replace the text between two places."""
        standing = self._standing()
        if standing is not None and begin == standing.start < standing.end <= end:
            return self.history.round_of(standing.take).place
        return self.places.place_at(begin)

    def _stream(self, place: int, begin: int, end: int, lead: str = "", written: int = 0) -> None:
        """Write a round of takes, which begin with `lead`, in place of what stands between two places.

        `written` is how many there are that the new ones are to differ from, a fixed seed or not.
        """
        source = self._source()
        beginnings = [Manuscript.of_one(lead, source)] * self._settings[TAKES]
        self._round = self.history.begin(place, datetime.now().astimezone(), beginnings, lead)
        self.places.use(place)
        self._writer = StreamWriter(
            self._page, self.places, self._page.text_cursor_at(begin, end), self._round.takes[0], source
        )
        self._writer.lost.connect(self.stop)
        self._writer.write()
        placed = self._prompts.at(begin + utf16_length(lead))
        self._joiners = [Joiner(placed.before) for _ in beginnings]
        self._tokens = 0
        self._request_id = self._client.generate(
            placed.prompt,
            self._settings.sampling().counted_up(written),
            self._settings[MAX_NEW_TOKENS],
            self._on_event,
            takes=len(beginnings),
        )
        self.streaming_changed.emit(True)
        self.state_changed.emit(self.tr("Reading…"))
        self.takes_changed.emit()

    def _on_event(self, event: Event) -> None:
        if event.request_id != self._request_id or self._writer is None:
            return
        match event:
            case Prefilling() if event.fraction < 1:
                percent = int(100 * event.fraction)
                self.state_changed.emit(self.tr("Reading… {percent} %").format(percent=percent))
            case Tokens():
                self._take_in(self._writer, event)
            case Finished():
                self._end()
            case Failed():
                self._end()
                self._notifications.warn(event.message, event.hint)

    def _take_in(self, writer: StreamWriter, event: Tokens) -> None:
        assert self._round is not None
        take = self._round.takes[event.take]
        take.write(self._joiners[event.take].join(as_on_page(event.text)), writer.source)
        if take is writer.take:
            self._show_speed(len(event.tokens))
            writer.write()
        self.takes_changed.emit()

    def _swap(self, step: int) -> None:
        standing = self._standing()
        if standing is None or self._page.is_composing:
            return
        takes = self.history.round_of(standing.take).written
        number = (takes.index(standing.take) + step) % len(takes)
        take = takes[number]
        if take is standing.take:
            return
        if self._writer is not None:
            self._writer.swap(take, standing.start, standing.end)
            self.takes_changed.emit()
        else:
            self._put(take, standing.start, standing.end)
        words = self.tr("Take {number} of {count}").format(number=number + 1, count=len(takes))
        announce(self._page, words)

    def _standing(self) -> Standing | None:
        """Return the take on the page that can be swapped: with a stream, only what that writes."""
        if self._writer is None:
            return self.places.current
        if self._round is None or not self._writer.has_begun:
            return None
        return self.places.standing(self._round.place)

    def _put(self, take: Take, start: int, end: int) -> None:
        self.places.put(take, start, end)
        self.takes_changed.emit()

    def _source(self) -> Source:
        return source_of_now(Author.CONTINUATION, self._models.title("causal"))

    def _show_speed(self, tokens: int) -> None:
        now = time.perf_counter()
        if self._tokens == 0:
            self._first_token_at = now
        self._tokens += tokens
        seconds = now - self._first_token_at
        if seconds < 0.2:  # too soon for a figure that means something
            self.state_changed.emit(self.tr("Writing…"))
        else:
            speed = (self._tokens - 1) / seconds
            self.state_changed.emit(self.tr("Writing… {speed} tokens/s").format(speed=round(speed)))

    def _end(self) -> None:
        if self._writer is not None and self._round is not None:
            self._writer.close()
            has_begun, self._writer = self._writer.has_begun, None
            if has_begun:
                self.offered.emit(self._round.place)
            self.state_changed.emit("")
            self.streaming_changed.emit(False)
            self.takes_changed.emit()
