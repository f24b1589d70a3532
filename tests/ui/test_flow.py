from collections.abc import Generator, Sequence

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QToolTip

from app.engines.protocols import Checked
from app.engines.scripted import ScriptedEngine
from app.errors import InklingError
from app.settings import THEME
from tests.ui.conftest import KEY, Sit, Writer

TEXT = "# A title. Here.\n\nOne went. Two came. Three fell.\n\nFour sang. Five slept."
JOINS = {"Two came.": 0.01, "Five slept.": 0.02}
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(joins=JOINS)


@pytest.fixture
def writer(sit_down: Sit, engine: ScriptedEngine) -> Writer:
    writer = sit_down(masked=engine)
    writer.paste_all(TEXT)
    return writer


def check(writer: Writer) -> None:
    writer.press(KEY.Key_F7)
    writer.wait_for(lambda: not writer.inkling.masked_tools.checker.is_running)


def check_all(writer: Writer) -> None:
    writer.page.selectAll()
    check(writer)


def marked(writer: Writer) -> list[str]:
    return [join.after for join in writer.inkling.masked_tools.flow_marks.joins]


def explained(writer: Writer) -> list[str]:
    return [selection.cursor.selectedText() for selection in writer.page.extraSelections()]


def point_at(writer: Writer, number: int) -> QPoint:
    """Move the mouse over a mark and return the place."""
    marks = writer.inkling.masked_tools.flow_marks
    point = marks.area(marks.joins[number]).center()
    move_to(writer, point)
    return point


def move_to(writer: Writer, point: QPoint) -> None:
    """Move the mouse over the margin; the offscreen platform has no pointer of its own to move."""
    marks = writer.inkling.masked_tools.flow_marks
    button = Qt.MouseButton.NoButton
    place = QPointF(point), QPointF(marks.mapToGlobal(point))
    moved = QMouseEvent(QEvent.Type.MouseMove, *place, button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(marks, moved)


def rest_at(writer: Writer, point: QPoint) -> None:
    """Let the mouse rest until a tool tip is due."""
    marks = writer.inkling.masked_tools.flow_marks
    QApplication.sendEvent(marks, QHelpEvent(QEvent.Type.ToolTip, point, marks.mapToGlobal(point)))


def test_the_carets_paragraph_is_read_and_a_bad_join_is_marked(
    writer: Writer, engine: ScriptedEngine
) -> None:
    writer.place_caret(30)
    check(writer)
    assert engine.sentences == [("One went.", "Two came.", "Three fell.")]
    assert marked(writer) == ["Two came."]
    assert "One sentence may not follow" in writer.said()
    assert writer.text == TEXT
    assert not writer.page.document().isModified()


def test_a_selection_is_read_paragraph_by_paragraph_and_headings_are_not(
    writer: Writer, engine: ScriptedEngine
) -> None:
    check_all(writer)
    assert engine.sentences == [("One went.", "Two came.", "Three fell."), ("Four sang.", "Five slept.")]
    assert marked(writer) == ["Two came.", "Five slept."]
    assert "2 sentences may not follow" in writer.said()


def test_a_selection_ends_where_it_began_and_the_page_stays_where_it_was(writer: Writer) -> None:
    writer.paste_all("One went. Two came.\n" * 200)
    writer.select(10, 20 * 150)
    bar = writer.page.verticalScrollBar()
    bar.setValue(100)
    check(writer)
    assert (writer.caret, writer.page.textCursor().hasSelection()) == (10, False)
    assert bar.value() == 100
    assert len(marked(writer)) == 149
    writer.press(KEY.Key_F8)
    assert bar.value() < 10


def test_sentences_that_follow_well_are_said_to(sit_down: Sit) -> None:
    writer = sit_down()
    writer.paste_all("One went. Two came.")
    check(writer)
    assert marked(writer) == []
    assert "These sentences follow well." in writer.said()


@pytest.mark.parametrize("text", ["", "One went.", "# A title. Here.", "One went.\nTwo came."])
def test_fewer_than_two_sentences_are_nothing_to_check(sit_down: Sit, text: str) -> None:
    engine = ScriptedEngine()
    writer = sit_down(masked=engine)
    writer.paste_all(text)
    check(writer)
    check_all(writer)
    assert "two sentences or more" in writer.said()
    assert engine.sentences == []


def test_a_model_that_cannot_says_so_once(sit_down: Sit) -> None:
    refusal = InklingError("The model was not trained for this.", "Choose another.")
    writer = sit_down(masked=ScriptedEngine(joins={"Two came.": refusal}))
    writer.paste_all(TEXT)
    check_all(writer)
    assert [notice.text for notice in writer.notices] == [refusal.message]
    assert not writer.inkling.actions["stop"].isEnabled()


def test_without_a_model_the_words_say_why(sit_down: Sit) -> None:
    failing = ScriptedEngine(load_error=InklingError("The model is too large.", "Choose a smaller one."))
    writer = sit_down(masked=failing, wait=False)
    writer.wait_for(lambda: "too large" in writer.said())
    check(writer)
    assert "No model is loaded for this." in writer.said()


def test_checking_again_replaces_the_marks(writer: Writer) -> None:
    check_all(writer)
    writer.place_caret(len(TEXT))
    check(writer)
    assert marked(writer) == ["Five slept."]


def slow_writer(sit_down: Sit) -> Writer:
    joins = {f"Sentence {number}.": 0.0 for number in range(2000)}
    writer = sit_down(masked=ScriptedEngine(joins=joins, seconds_per_token=0.002))
    text = "\n".join(
        " ".join(f"Sentence {n}." for n in range(begin, begin + 20)) for begin in range(0, 2000, 20)
    )
    writer.paste_all(text)
    writer.page.selectAll()
    return writer


def test_it_runs_in_the_background_and_esc_stops_it(sit_down: Sit) -> None:
    writer = slow_writer(sit_down)
    fractions: list[float | None] = []
    writer.inkling.masked_tools.checker.progressed.connect(fractions.append)
    writer.press(KEY.Key_F7)
    writer.wait_for(lambda: len(marked(writer)) > 40)
    writer.place_caret(0)
    writer.type("A")  # the window is not held up
    assert writer.text.startswith("ASentence")
    assert writer.inkling.actions["stop"].isEnabled()
    writer.press(KEY.Key_Escape)
    assert not writer.inkling.masked_tools.checker.is_running
    assert not writer.inkling.actions["stop"].isEnabled()
    found = len(marked(writer))
    assert 38 <= found < 1900
    assert fractions[-1] is None
    assert fractions[:-1] == sorted(fractions[:-1])
    assert 0 < fractions[-2] < 1
    writer.place_caret(5)
    check(writer)  # behind what was stopped, which leaves nothing
    assert len(marked(writer)) == 19


class CountingEngine(ScriptedEngine):
    """Counts the joins that it has read."""

    count = 0

    def read_joins(self, sentences: Sequence[str]) -> Generator[Checked, None, list[float]]:
        steps = super().read_joins(sentences)
        try:
            while True:
                yield next(steps)
                self.count += 1
        except StopIteration as end:
            return end.value


def test_a_paragraph_that_was_stopped_is_not_read_to_its_end(sit_down: Sit) -> None:
    engine = CountingEngine(seconds_per_token=0.002)
    writer = sit_down(masked=engine)
    writer.paste_all("One went. " * 2000 + "\nTwo came. Three fell.")
    writer.place_caret(0)
    writer.press(KEY.Key_F7)
    writer.wait_for(lambda: engine.count)
    writer.press(KEY.Key_Escape)
    writer.page.moveCursor(QTextCursor.MoveOperation.End)
    check(writer)
    assert engine.sentences[-1] == ("Two came.", "Three fell.")
    assert engine.count < 1999


def test_a_continuation_does_not_wait_for_a_long_check(sit_down: Sit) -> None:
    joins = ScriptedEngine(seconds_per_token=0.002)
    writer = sit_down(ScriptedEngine([" on"]), joins)
    writer.paste_all("\n".join(["One went. Two came. Three fell."] * 400))
    writer.page.selectAll()
    writer.press(KEY.Key_F7)
    writer.page.moveCursor(QTextCursor.MoveOperation.End)
    writer.continue_text()
    writer.wait_for_stream()
    assert writer.text.endswith("fell. on")
    assert writer.inkling.masked_tools.checker.is_running
    writer.press(KEY.Key_Escape)


def test_opening_another_text_stops_it(sit_down: Sit, tmp_path) -> None:
    writer = slow_writer(sit_down)
    writer.page.document().setModified(False)
    writer.press(KEY.Key_F7)
    writer.wait_for(lambda: marked(writer))
    (tmp_path / "other.md").write_text("Another text.")
    writer.open(tmp_path / "other.md")
    assert not writer.inkling.masked_tools.checker.is_running
    assert marked(writer) == []


def test_what_is_edited_while_it_is_read_is_not_marked(sit_down: Sit) -> None:
    writer = sit_down(masked=ScriptedEngine(joins=JOINS, seconds_per_token=0.2))
    writer.paste_all(TEXT)
    writer.page.selectAll()
    writer.press(KEY.Key_F7)
    writer.place_caret(TEXT.index("Two") + 1)
    writer.type("x")
    writer.wait_for(lambda: not writer.inkling.masked_tools.checker.is_running)
    assert marked(writer) == ["Five slept."]


@pytest.mark.parametrize(
    ("place", "left"),
    [
        ("One", ["Two came.", "Five slept."]),  # in front of the two
        ("ne went", ["Five slept."]),
        (" Two", ["Five slept."]),  # between them
        ("wo came", ["Five slept."]),
        (". Three", ["Five slept."]),
        (" Three", ["Two came.", "Five slept."]),
        ("Three", ["Two came.", "Five slept."]),
        ("ive", ["Two came."]),
    ],
)
def test_a_mark_goes_when_one_of_its_sentences_is_edited(writer: Writer, place: str, left: list[str]) -> None:
    check_all(writer)
    writer.place_caret(TEXT.index(place))
    writer.type("x")
    assert marked(writer) == left


def test_marks_move_with_the_text(writer: Writer) -> None:
    check_all(writer)
    marks = writer.inkling.masked_tools.flow_marks
    before = [marks.area(join) for join in marks.joins]
    writer.place_caret(0)
    writer.page.insertPlainText("😀 New.\n")
    writer.qtbot.wait(20)
    lower = [marks.area(join) for join in marks.joins]
    assert all(now.top() > then.top() for now, then in zip(lower, before, strict=True))
    places = [join.parts() for join in marks.joins]
    assert [after.selectedText() for _, after in places] == ["Two came.", "Five slept."]
    assert [first.selectedText() for first, _ in places] == ["One went.", "Four sang."]


def test_a_new_text_takes_the_marks_away(writer: Writer) -> None:
    check_all(writer)
    writer.paste_all("Another text.")
    assert marked(writer) == []
    assert not writer.inkling.masked_tools.flow_marks.isVisible()


@pytest.mark.parametrize("way", ["esc", "command"])
def test_the_marks_can_be_cleared(writer: Writer, way: str) -> None:
    check_all(writer)
    if way == "esc":
        writer.press(KEY.Key_Escape)
    else:
        writer.inkling.actions["clear_marks"].trigger()
    assert marked(writer) == []
    assert not any(writer.inkling.actions[name].isEnabled() for name in ("next_mark", "clear_marks"))


def test_marks_that_were_cleared_before_the_end_still_count(sit_down: Sit) -> None:
    writer = sit_down(masked=ScriptedEngine(joins={"Two came.": 0.0}, seconds_per_token=0.1))
    writer.paste_all("One went. Two came.\nFour sang. Five slept. Six woke.")
    writer.page.selectAll()
    writer.press(KEY.Key_F7)
    writer.wait_for(lambda: marked(writer))
    writer.inkling.actions["clear_marks"].trigger()
    writer.wait_for(lambda: not writer.inkling.masked_tools.checker.is_running)
    assert marked(writer) == []
    assert "One sentence may not follow" in writer.said()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_mark_is_painted_in_the_margin_in_the_accent(writer: Writer, theme: str) -> None:
    writer.inkling.settings.change(THEME, theme)
    check_all(writer)
    marks = writer.inkling.masked_tools.flow_marks
    assert marks.geometry().right() < writer.page.viewport().x()
    area = marks.area(marks.joins[0])
    image = marks.grab().toImage()
    accent = QColor(writer.inkling.theme.colours.accent)
    painted = {
        (x, y)
        for x in range(area.left(), area.right() + 1)
        for y in range(image.height())
        if image.pixelColor(x, y) == accent
    }
    assert painted
    rows = {y for _, y in painted}
    assert any(area.top() <= y <= area.bottom() for y in rows)
    below = marks.area(marks.joins[1]).bottom()
    assert all(y <= below for y in rows)
    writer.inkling.settings.change(THEME, "light")


def test_a_mark_that_is_scrolled_away_is_not_painted(writer: Writer) -> None:
    writer.paste_all("One went. Two came.\n" + "\n" * 200 + "Four sang. Five slept.")
    check_all(writer)
    marks = writer.inkling.masked_tools.flow_marks
    writer.page.moveCursor(QTextCursor.MoveOperation.End)
    assert marks.area(marks.joins[0]).isEmpty()
    assert not marks.area(marks.joins[1]).isEmpty()
    writer.page.moveCursor(QTextCursor.MoveOperation.Start)
    assert not marks.area(marks.joins[0]).isEmpty()
    assert marks.area(marks.joins[1]).isEmpty()


def test_no_mark_of_a_long_paragraph_above_the_page_is_painted(sit_down: Sit) -> None:
    sentences = [f"Sentence {number}." for number in range(600)]
    writer = sit_down(masked=ScriptedEngine(joins=dict.fromkeys(sentences, 0.0)))
    writer.paste_all(" ".join(sentences) + "\n" * 200)
    writer.place_caret(0)
    check(writer)
    marks = writer.inkling.masked_tools.flow_marks
    assert any(not marks.area(join).isEmpty() for join in marks.joins)
    writer.page.moveCursor(QTextCursor.MoveOperation.End)
    assert all(marks.area(join).isEmpty() for join in marks.joins)


def test_the_mouse_over_a_mark_tints_its_sentences_and_explains(writer: Writer) -> None:
    check_all(writer)
    point = point_at(writer, 1)
    assert explained(writer) == ["Four sang.", "Five slept."]
    rest_at(writer, point)
    assert QToolTip.isVisible()
    assert "may not follow from the one before it" in QToolTip.text()
    assert "Four sang.<br>Five slept." in QToolTip.text()
    move_to(writer, QPoint(1, 1))
    assert explained(writer) == []
    rest_at(writer, QPoint(1, 1))
    writer.wait_for(lambda: not QToolTip.isVisible())


def test_sentences_are_quoted_as_text_and_cut_short(sit_down: Sit) -> None:
    long = "If a < b & “c” " + "then on and on " * 10 + "it goes."
    writer = sit_down(masked=ScriptedEngine(joins={long: 0.0}))
    writer.paste_all(f"One <b>went</b>. {long}")
    check_all(writer)
    rest_at(writer, point_at(writer, 0))
    assert "One &lt;b&gt;went&lt;/b&gt;.<br>If a &lt; b &amp; “c” then" in QToolTip.text()
    assert "…</p>" in QToolTip.text()


def test_two_joins_of_one_line_share_a_mark_that_explains_both(sit_down: Sit) -> None:
    writer = sit_down(masked=ScriptedEngine(joins={"Two.": 0.0, "Three.": 0.0}))
    writer.paste_all("One. Two. Three.")
    check(writer)
    point_at(writer, 0)
    assert explained(writer) == ["One.", "Two.", "Three."]


def test_f8_goes_round_the_marks_and_says_why(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("ui.editor.marks.announce", lambda widget, message: said.append(message))
    check_all(writer)
    writer.place_caret(0)
    places = [TEXT.index("Two"), TEXT.index("Five")]
    for place in (*places, places[0]):
        writer.press(KEY.Key_F8)
        assert writer.caret == place
    assert explained(writer) == ["One went.", "Two came."]
    assert QToolTip.isVisible()
    assert said[-1].startswith("This sentence may not follow from the one before it.\nOne went.\nTwo came.")
    writer.press(KEY.Key_F8, SHIFT)
    assert writer.caret == places[1]
    writer.press(KEY.Key_Right)
    assert explained(writer) == []
    writer.wait_for(lambda: not QToolTip.isVisible())


def test_the_find_bar_and_the_marks_show_side_by_side(writer: Writer) -> None:
    check_all(writer)
    writer.inkling.find_bar.open_find()
    writer.qtbot.keyClicks(writer.inkling.find_bar._query, "fell")
    writer.wait_for(lambda: "fell" in explained(writer))
    point_at(writer, 0)
    assert {"fell", "One went.", "Two came."} <= set(explained(writer))


def test_a_click_in_the_marks_margin_places_the_caret_in_its_line(writer: Writer) -> None:
    check_all(writer)
    marks = writer.inkling.masked_tools.flow_marks
    point = marks.area(marks.joins[1]).center()
    writer.qtbot.mouseClick(marks, Qt.MouseButton.LeftButton, pos=point)
    assert writer.caret == TEXT.index("Four")
