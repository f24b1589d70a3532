import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolTip

from app.document.manuscript import EARLIER
from app.engines.scripted import ScriptedEngine
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from ui.editor.flow_marks import FlowMarks
from ui.editor.marks import Marks

SHIFT = Qt.KeyboardModifier.ShiftModifier
TEXT = "A very old dog ran. Two came. It was very late.\n\nFour sang. Five slept very well."
PLACES = [TEXT.index("very old"), TEXT.index("Two"), TEXT.index("very late"), TEXT.index("Five")]


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    joins = {"Two came.": 0.01, "Five slept very well.": 0.02}
    writer = sit_down(masked=ScriptedEngine(joins=joins, needless=["very"]))
    writer.paste_all(TEXT)
    return writer


def check(writer: Writer, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    writer.press(key, modifier)
    writer.wait_for(lambda: not writer.inkling.masked_tools.checker.is_running)


def check_both(writer: Writer) -> None:
    writer.page.selectAll()
    check(writer, KEY.Key_F7, Qt.KeyboardModifier.NoModifier)
    writer.page.selectAll()
    check(writer, KEY.Key_D, CTRL | SHIFT)


def marks(writer: Writer) -> Marks:
    return writer.inkling.masked_tools.marks


def counts(writer: Writer) -> tuple[int, int]:
    tools = writer.inkling.masked_tools
    return len(tools.flow_marks.joins), len(tools.needless_marks.marks)


def test_each_check_replaces_its_own_marks_alone(writer: Writer) -> None:
    check_both(writer)
    assert counts(writer) == (2, 3)
    writer.place_caret(0)
    check(writer, KEY.Key_F7, Qt.KeyboardModifier.NoModifier)
    assert counts(writer) == (1, 3)
    writer.place_caret(0)
    check(writer, KEY.Key_D, CTRL | SHIFT)
    assert counts(writer) == (1, 2)


def test_f8_walks_over_all_marks_in_the_order_of_the_text_and_explains_each(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("ui.editor.marks.announce", lambda widget, message: said.append(message))
    check_both(writer)
    writer.place_caret(0)
    places = [*PLACES, TEXT.index("very well")]
    for place in (*places, places[0]):
        writer.press(KEY.Key_F8)
        assert writer.caret == place
        assert QToolTip.isVisible()
    for place in (places[-1], *reversed(places[:-1])):
        writer.press(KEY.Key_F8, SHIFT)
        assert writer.caret == place
    word, join = "may read better without", "may not follow"
    assert [word in text for text in said[:5]] == [True, False, True, False, True]
    assert [join in text for text in said[:5]] == [False, True, False, True, False]


def test_the_word_that_f8_went_to_can_be_taken_out_by_its_key(writer: Writer) -> None:
    check_both(writer)
    writer.place_caret(0)
    writer.press(KEY.Key_F8)
    writer.press(KEY.Key_D, CTRL | SHIFT)
    assert writer.text == TEXT.replace("A very old", "An old")
    assert counts(writer) == (1, 2)  # the join was read with the word


@pytest.mark.parametrize("way", ["esc", "command"])
def test_both_kinds_are_cleared_together(writer: Writer, way: str) -> None:
    check_both(writer)
    if way == "esc":
        writer.press(KEY.Key_Escape)
    else:
        writer.inkling.actions["clear_marks"].trigger()
    assert counts(writer) == (0, 0)
    assert marks(writer).is_empty
    assert writer.page.extraSelections() == []
    assert not writer.page.findChild(FlowMarks).isVisible()
    assert not any(
        writer.inkling.actions[name].isEnabled() for name in ("next_mark", "previous_mark", "clear_marks")
    )


def test_a_check_takes_the_place_of_one_that_runs(sit_down: Sit) -> None:
    writer = sit_down(masked=ScriptedEngine(needless=["very"], seconds_per_token=0.01))
    writer.paste_all("A very old dog ran. Two came.\n" * 500)
    writer.page.selectAll()
    writer.press(KEY.Key_F7)
    assert writer.inkling.actions["stop"].isEnabled()
    writer.place_caret(0)
    check(writer, KEY.Key_D, CTRL | SHIFT)
    assert counts(writer) == (0, 1)
    assert not writer.inkling.actions["stop"].isEnabled()
    assert "follow" not in writer.said()


def test_ghost_text_goes_before_the_marks(writer: Writer) -> None:
    check_both(writer)
    writer.place_caret(len(TEXT))
    writer.inkling.ghost.show(" again", EARLIER)
    writer.press(KEY.Key_Escape)
    assert writer.inkling.ghost.text == ""
    assert counts(writer) == (2, 3)
    writer.press(KEY.Key_Escape)
    assert counts(writer) == (0, 0)


def test_abbreviations_do_not_keep_a_mark_alive(sit_down: Sit) -> None:
    writer = sit_down(masked=ScriptedEngine(needless=["very"]))
    writer.paste_all("I met Mr. Smith, who was very old. He sat.")
    check(writer, KEY.Key_D, CTRL | SHIFT)
    assert counts(writer) == (0, 1)
    writer.place_caret(3)
    writer.type("x")
    assert counts(writer) == (0, 0)
