"""Whatever is typed, streamed, swapped, pasted and undone: the page knows who wrote each character."""

from collections.abc import Callable
from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from app.assist.takes import TakeHistory
from app.assist.word_edits import Edit as WordEdit
from app.document.manuscript import EARLIER, WRITER, Author, EditedManuscript, Manuscript, Source
from app.settings import Settings
from ui.editor.edit_capture import EditCapture
from ui.editor.edits import carry_out
from ui.editor.ghost_text import GhostText
from ui.editor.manuscript_on_page import ManuscriptOnPage
from ui.editor.page import Page
from ui.editor.plain_text import code_points, utf16_offset
from ui.editor.stream_writer import StreamWriter
from ui.editor.take_places import TakePlaces
from ui.editor.text_search import TextSearch
from ui.theme import Theme

Characters = list[tuple[str, Source]]

KEY, SHIFT, NONE = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
STREAM = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:30:00Z")
GHOST = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:31:00Z")
WORD = Source(Author.WORD, "word-mini", "2026-11-22T21:32:00Z")
SOURCES = (EARLIER, WRITER, STREAM, WORD)
ALPHABET = "ab é世🙂\n"
texts = st.text(ALPHABET, max_size=6)
some_text = st.text(ALPHABET, min_size=1, max_size=6)
lines = st.text("ab é世🙂", min_size=1, max_size=4)
places = st.floats(0, 1)
manuscripts = st.lists(st.tuples(texts, st.sampled_from(SOURCES)), max_size=4).map(
    lambda parts: Manuscript.of("".join(t for t, _ in parts), [(len(t), s) for t, s in parts])
)


class Writing(RuleBasedStateMachine):
    """Does at the page what a writer may do, and the same to a list of characters."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.on_page = ManuscriptOnPage(self.page)
        self.capture, self.seldom = EditCapture(self.page), EditCapture(self.page)
        self.search = TextSearch(self.page.document(), self.page)
        self.ghost = GhostText(self.page, Theme(Settings(), QGuiApplication.styleHints(), self.page))
        self.stream: StreamWriter | None = None
        self.takes = TakeHistory()
        self.take_places = TakePlaces(self.page, self.takes, self.page)
        self.expected: Characters = []
        # Undo steps within one deletion: Qt takes “a” with a joiner out at once, and brings them back in the
        # pieces in which they were typed.
        self.halves: set[int] = set()
        self.snapshots: dict[int, Characters] = {}
        self.put(Manuscript.of("One a b\nTwo 🙂", [(4, EARLIER), (3, STREAM), (6, WRITER)]))

    def teardown(self) -> None:
        self.check_who_seldom_asks()
        QGuiApplication.clipboard().clear()
        delete(self.page)

    # What happens at the caret; an input method that composes takes all keys

    @rule(start=places, end=places, selects=st.booleans())
    def go(self, start: float, end: float, selects: bool) -> None:
        first, last = (round(share * len(self.expected)) for share in (start, end))
        units = utf16_offset(self.text, first), utf16_offset(self.text, last)
        self.page.setTextCursor(self.page.text_cursor_at(*units if selects else units[:1]))

    @precondition(lambda self: not self.page.is_composing)
    @rule(letters=lines)
    def type(self, letters: str) -> None:
        for letter in letters:
            self.press(0, NONE, letter)

    @precondition(lambda self: not self.page.is_composing)
    @rule(key=st.sampled_from([(KEY.Key_Return, NONE, "\r", "\n"), (KEY.Key_Return, SHIFT, "\r", "\u2028"),
                               (KEY.Key_Tab, NONE, "\t", "\t"), (0, NONE, "\u200c", "\u200c")]))  # fmt: skip
    def press_a_key_that_writes(self, key: tuple[int, Qt.KeyboardModifier, str, str]) -> None:
        self.press(*key)

    def press(self, key: int, modifiers: Qt.KeyboardModifier, text: str, written: str = "") -> None:
        first, last = self.selection()
        self.page.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text))
        self.expected[first:last] = [(letter, WRITER) for letter in written or text]
        self.happened()

    @precondition(lambda self: not self.page.is_composing)
    @rule(key=st.sampled_from([(KEY.Key_Backspace, "\b"), (KEY.Key_Delete, "\x7f")]))
    def take_away(self, key: tuple[Qt.Key, str]) -> None:
        first, last = self.selection()
        before = self.page.document().availableUndoSteps()
        self.page.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, key[0], NONE, key[1]))
        caret = code_points(self.text, self.page.textCursor().position())
        if first == last:  # how much that is only Qt knows
            gone = len(self.expected) - len(self.on_page.take().text)
            first, last = caret, caret + gone
            self.halves |= set(range(before + 1, self.page.document().availableUndoSteps()))
        del self.expected[first:last]
        self.happened()

    @precondition(lambda self: not self.page.is_composing)
    @rule(text=lines)
    def compose(self, text: str) -> None:
        first, last = self.selection()
        self.page.inputMethodEvent(QInputMethodEvent(text, []))
        del self.expected[first:last]
        self.happened()

    @rule(text=lines, replaced=st.integers(0, 2), lead=st.integers(0, 1))
    def commit(self, text: str, replaced: int, lead: int) -> None:
        first, last = self.selection()
        start = max(first - replaced - lead, 0)
        end = min(start + replaced, first)
        units = [utf16_offset(self.text, place) for place in (start, end, first)]
        event = QInputMethodEvent()
        event.setCommitString(text, units[0] - units[2], units[1] - units[0])
        self.page.inputMethodEvent(event)
        del self.expected[first:last]
        self.expected[start:end] = [(letter, WRITER) for letter in text]
        self.happened()

    @rule(text=some_text)
    def paste_from_elsewhere(self, text: str) -> None:
        data = QMimeData()
        data.setText(text)
        QGuiApplication.clipboard().setMimeData(data)
        first, last = self.selection()
        self.page.paste()
        pasted = next((s for _, s in self.actual()[first:] if s.author is Author.PASTED), WRITER)
        assert (pasted.author, pasted.model) == (Author.PASTED, "")
        self.expected[first:last] = [(letter, pasted) for letter in text]
        self.happened()

    @rule(to=places, cuts=st.booleans())
    def copy_and_paste(self, to: float, cuts: bool) -> None:
        first, last = self.selection()
        if first == last:
            return
        taken = self.expected[first:last]
        if cuts:
            self.page.cut()
            del self.expected[first:last]
            self.happened()
        else:
            self.page.copy()
        self.go(to, to, False)
        first, last = self.selection()
        self.page.paste()
        self.expected[first:last] = taken
        self.happened()

    @rule(text=lines)
    def take_ghost_text(self, text: str) -> None:
        self.go(0.5, 0.5, False)
        first, _ = self.selection()
        self.ghost.show(text, GHOST)
        self.ghost.take_all()
        self.expected[first:first] = [(letter, GHOST) for letter in text]
        self.happened()

    # What happens elsewhere

    @precondition(lambda self: self.stream is None)
    @rule(at=places)
    def begin_stream(self, at: float) -> None:
        place = utf16_offset(self.text, round(at * len(self.expected)))
        number = self.take_places.place_at(place)
        take = self.takes.begin(number, datetime.now(UTC), [Manuscript()]).takes[0]
        cursor = self.page.text_cursor_at(place)
        self.stream = StreamWriter(self.page, self.take_places, cursor, take, STREAM)
        self.stream.lost.connect(self.lose_stream)

    @precondition(lambda self: self.stream is not None and not self.page.is_composing)
    @rule(text=some_text)
    def go_on_streaming(self, text: str) -> None:
        place = code_points(self.text, self.stream.position)
        self.stream.take.write(text, STREAM)
        self.stream.write()
        self.expected[place:place] = [(letter, STREAM) for letter in text]
        self.happened()

    @precondition(lambda self: self.stream is not None)
    @rule()
    def end_stream(self) -> None:
        self.stream.close()
        self.stream = None

    def lose_stream(self) -> None:
        if self.stream is not None:
            self.stream.close()
        self.stream = None

    @rule(at=places, length=st.integers(0, 3), word=st.sampled_from(["", "zz", "y🙂"]))
    def change_a_word(self, at: float, length: int, word: str) -> None:
        block = self.page.document().findBlockByNumber(round(at * (self.page.document().blockCount() - 1)))
        text = block.text()
        start = round(at * len(text))
        end = min(start + length, len(text))
        if word and word in text[start:end]:
            return  # what stands there already keeps its source
        place = code_points(self.text, block.position())
        carry_out(WordEdit(start, end, word, start + len(word)), self.page, block, WORD)
        self.expected[place + start : place + end] = [(letter, WORD) for letter in word]
        self.happened()

    @rule(
        query=st.sampled_from(["a", "b ", "🙂", "世"]), replacement=st.sampled_from(["", "x", "b🙂a", "\n"])
    )
    def replace_everywhere(self, query: str, replacement: str) -> None:
        self.search.look_for(query, match_case=True)
        self.search.replace_all(replacement, self.page.sources.format_of(WRITER))
        place = self.text.find(query)
        while place >= 0:
            self.expected[place : place + len(query)] = [(letter, WRITER) for letter in replacement]
            place = self.text.find(query, place + len(replacement))
        self.happened()

    # Whole texts

    @rule(manuscript=manuscripts)
    def restore_another_version(self, manuscript: Manuscript) -> None:
        self.on_page.replace(manuscript)
        self.expected = characters_of(manuscript)
        self.happened()

    @rule(manuscript=manuscripts)
    def put(self, manuscript: Manuscript) -> None:
        if self.stream is not None:
            self.end_stream()
        self.check_who_seldom_asks()
        self.on_page.put(manuscript)
        assert not self.page.document().isModified()
        assert not self.page.document().isUndoAvailable()
        self.capture.start()
        self.seldom.start()
        self.mirror, self.late_mirror = EditedManuscript(manuscript), EditedManuscript(manuscript)
        self.expected = characters_of(manuscript)
        self.snapshots = {}
        self.happened()

    # Back and forth

    @rule(times=st.integers(1, 4))
    def undo(self, times: int) -> None:
        self.step(self.page.undo, times)

    @rule(times=st.integers(1, 4))
    def redo(self, times: int) -> None:
        self.step(self.page.redo, times)

    def step(self, move: Callable[[], None], times: int) -> None:
        for _ in range(times):
            move()
            steps = self.page.document().availableUndoSteps()
            if steps not in self.snapshots and steps in self.halves:
                self.snapshots[steps] = self.actual()
            self.expected = list(self.snapshots[steps])
            self.as_expected()

    @rule()
    def rest(self) -> None:
        QApplication.processEvents()

    @invariant()
    def as_expected(self) -> None:
        assert self.actual() == self.expected

    @invariant()
    def can_be_followed_edit_by_edit(self) -> None:
        for edit in self.capture.take_edits():
            self.mirror.apply(edit)
        assert self.mirror.manuscript() == self.on_page.take()

    def check_who_seldom_asks(self) -> None:
        if self.snapshots:
            for edit in self.seldom.take_edits():
                self.late_mirror.apply(edit)
            assert self.late_mirror.manuscript() == self.on_page.take()

    @property
    def text(self) -> str:
        return "".join(character for character, _ in self.expected)

    def actual(self) -> Characters:
        return characters_of(self.on_page.take())

    def selection(self) -> tuple[int, int]:
        cursor = self.page.textCursor()
        return code_points(self.text, cursor.selectionStart()), code_points(self.text, cursor.selectionEnd())

    def happened(self) -> None:
        """Remember what undo and redo must bring back; what lay ahead cannot be redone any more."""
        now = self.page.document().availableUndoSteps()
        if not self.page.document().isRedoAvailable():
            self.snapshots = {step: text for step, text in self.snapshots.items() if step < now}
        self.snapshots[now] = list(self.expected)


def characters_of(manuscript: Manuscript) -> Characters:
    sources = [source for length, source in manuscript.runs for _ in range(length)]
    return list(zip(manuscript.text, sources, strict=True))


def test_every_character_keeps_its_source(qapp: QApplication, times: Callable[[int, int], int]) -> None:
    examples = times(40, 5_000)
    run_state_machine_as_test(
        Writing, settings=settings(max_examples=examples, stateful_step_count=40, deadline=None)
    )
    print(f"{examples} walks of up to 40 steps each")
