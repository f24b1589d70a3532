import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QTextCursor

from app.engines.scripted import ScriptedEngine
from app.settings import FONT_SIZE, WORDS_ON_DOUBLE_CLICK
from tests.held import HeldEngine
from tests.ui.conftest import CTRL, KEY, Sit, Writer

WORDS = ["big", "great", "huge", "vast"]


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    return sit_down(masked=ScriptedEngine(words=WORDS))


def open_by_key(writer: Writer, position: int) -> None:
    writer.place_caret(position)
    writer.press(KEY.Key_Period, CTRL)
    writer.wait_for(writer.inkling.masked_tools.word_popup.isVisible)


def press_in_popup(writer: Writer, key: Qt.Key) -> None:
    writer.qtbot.keyClick(writer.inkling.masked_tools.word_popup, key)


def test_a_double_click_offers_words_and_a_click_swaps_one(writer: Writer) -> None:
    writer.paste_all("A large house.")
    writer.double_click("large")
    popup = writer.inkling.masked_tools.word_popup
    writer.wait_for(popup.isVisible)
    assert popup.words() == WORDS
    assert writer.page.textCursor().selectedText() == "large"
    row = popup.visualItemRect(popup.item(2)).center()
    writer.qtbot.mouseClick(popup.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert writer.text == "A huge house."
    assert not popup.isVisible()
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "A large house."


def test_the_keyboard_does_the_same(writer: Writer) -> None:
    writer.paste_all("A large house.")
    open_by_key(writer, 4)
    press_in_popup(writer, KEY.Key_Down)
    press_in_popup(writer, KEY.Key_Return)
    assert writer.text == "A great house."
    writer.type("r")
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "A great house."
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "A large house."


def test_a_digit_chooses_and_the_arrows_go_round(writer: Writer) -> None:
    writer.paste_all("A large house.")
    open_by_key(writer, 4)
    press_in_popup(writer, KEY.Key_4)
    assert writer.text == "A vast house."
    open_by_key(writer, 4)
    press_in_popup(writer, KEY.Key_Up)
    assert writer.inkling.masked_tools.word_popup.currentRow() == 3
    press_in_popup(writer, KEY.Key_Escape)
    assert writer.text == "A vast house."


def test_any_other_key_closes_it_and_goes_to_the_page(writer: Writer) -> None:
    writer.paste_all("A large house.")
    open_by_key(writer, 4)
    writer.qtbot.keyClicks(writer.inkling.masked_tools.word_popup, "x")
    assert not writer.inkling.masked_tools.word_popup.isVisible()
    assert writer.text == "A x house."


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        ("Large house", "Big house"),
        ("LARGE house", "BIG house"),
        ("“Large house”", "“Big house”"),
        ("😀 large house", "😀 big house"),
        ("# Large", "# Big"),
        ("large", "big"),
    ],
)
def test_the_word_keeps_its_case_and_place(writer: Writer, text: str, swapped: str) -> None:
    writer.paste_all(text)
    writer.place_caret(len(text[: text.lower().index("large")].encode("utf-16-le")) // 2 + 2)
    writer.press(KEY.Key_Period, CTRL)
    writer.wait_for(writer.inkling.masked_tools.word_popup.isVisible)
    press_in_popup(writer, KEY.Key_Return)
    assert writer.text == swapped


def test_the_model_is_asked_in_code_points(sit_down: Sit) -> None:
    engine = ScriptedEngine(words=WORDS)
    writer = sit_down(masked=engine)
    writer.paste_all("😀😀 large")
    open_by_key(writer, 7)
    assert engine.passages == [("😀😀 large", 3, 8)]
    press_in_popup(writer, KEY.Key_Escape)


def test_nothing_to_offer_is_said_kindly(sit_down: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("ui.editor.word_popup.announce", lambda widget, message: said.append(message))
    writer = sit_down(masked=ScriptedEngine(words=[]))
    writer.paste_all("Zyzzyva")
    open_by_key(writer, 3)
    popup = writer.inkling.masked_tools.word_popup
    assert popup.words() == []
    assert "No words" in popup.item(0).text()
    assert said == [popup.item(0).text()]
    press_in_popup(writer, KEY.Key_Down)
    assert not writer.inkling.masked_tools.word_preview.isVisible()
    press_in_popup(writer, KEY.Key_Return)
    assert writer.text == "Zyzzyva"


def test_no_word_at_the_caret_is_said_too(writer: Writer) -> None:
    writer.paste_all("one  ,  two")
    writer.place_caret(4)
    writer.press(KEY.Key_Period, CTRL)
    assert "Put the caret in a word" in writer.said()


def test_an_answer_for_a_text_that_changed_is_dropped(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine([" on"] * 3, seconds_per_token=0.3), ScriptedEngine(words=WORDS))
    writer.paste_all("A large house.\n\nEnd")
    writer.continue_text()  # the worker is busy for 0.3 s between two looks at its inbox
    writer.qtbot.wait(50)
    writer.place_caret(4)
    writer.press(KEY.Key_Period, CTRL)
    writer.place_caret(0)
    writer.type("x")
    writer.wait_for_stream()
    writer.qtbot.wait(50)
    assert not writer.inkling.masked_tools.word_popup.isVisible()


def test_words_come_between_two_tokens_of_a_stream(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine([" on"] * 100_000, seconds_per_token=0.02), ScriptedEngine(words=WORDS))
    writer.paste_all("A large house.\n\nEnd")
    writer.continue_text()
    writer.wait_for(lambda: "on on" in writer.text)
    writer.double_click("large")
    popup = writer.inkling.masked_tools.word_popup
    writer.wait_for(popup.isVisible)
    before = writer.text.count(" on")
    writer.wait_for(lambda: writer.text.count(" on") > before + 5)
    assert writer.inkling.continuation.is_streaming
    assert popup.isVisible()
    press_in_popup(writer, KEY.Key_Return)
    assert writer.text.startswith("A big house.\n\nEnd on on")
    writer.inkling.continuation.stop()


def test_a_double_click_can_be_left_to_select_alone(writer: Writer) -> None:
    writer.inkling.settings.change(WORDS_ON_DOUBLE_CLICK, False)
    writer.paste_all("A large house.")
    writer.double_click("large")
    writer.qtbot.wait(100)
    assert not writer.inkling.masked_tools.word_popup.isVisible()
    assert writer.page.textCursor().selectedText() == "large"


def test_a_double_click_beside_the_words_says_nothing(writer: Writer) -> None:
    writer.paste_all("one, two")
    writer.double_click(",")
    writer.qtbot.wait(100)
    assert not writer.inkling.masked_tools.word_popup.isVisible()
    assert not writer.notices


def test_a_double_click_while_the_model_is_loading_only_selects(sit_down: Sit) -> None:
    engine = HeldEngine(words=WORDS, loading=True)
    writer = sit_down(masked=engine, wait=False)
    writer.paste_all("A large house.")
    writer.double_click("large")
    assert not writer.inkling.models.is_ready("masked")
    assert not writer.notices
    engine.may_go_on.set()
    writer.wait_for(lambda: writer.inkling.models.is_ready("masked"))
    writer.qtbot.wait(100)
    assert not writer.inkling.masked_tools.word_popup.isVisible()
    assert writer.page.textCursor().selectedText() == "large"


def test_a_double_click_that_becomes_a_drag_only_selects(writer: Writer) -> None:
    writer.paste_all("A large old house.")
    start, end = writer.point_in("large"), writer.point_in("house")
    viewport = writer.page.viewport()
    writer.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=start)
    writer.qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=start)
    writer.qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
    writer.qtbot.wait(100)
    assert not writer.inkling.masked_tools.word_popup.isVisible()


@pytest.mark.parametrize(
    ("text", "clicked", "selected"),
    [
        ("A well-known house.", "known", "well-known"),
        ("They don't go.", "don", "don't"),
        ("He said “large”.", "large", "large"),
        ("他每天散步。", "散", "散"),
        ("カタカナとひらがな", "タカ", "カタカナ"),
        ("新しいhouseです", "house", "house"),
        ("البيت كبير جدا", "كبير", "كبير"),
    ],
)
def test_a_double_click_finds_words_by_unicodes_rules(
    writer: Writer, text: str, clicked: str, selected: str
) -> None:
    writer.paste_all(text)
    writer.double_click(clicked)
    writer.wait_for(writer.inkling.masked_tools.word_popup.isVisible)
    assert writer.page.textCursor().selectedText() == selected
    press_in_popup(writer, KEY.Key_Escape)


def test_a_phrase_is_asked_for_once_and_swapped_as_one(sit_down: Sit) -> None:
    engine = ScriptedEngine(words=["steady downpour", "London rain"])
    writer = sit_down(masked=engine)
    writer.paste_all("(Heavy rain!) fell.")
    writer.select(0, 13)
    writer.press(KEY.Key_Period, CTRL)
    popup = writer.inkling.masked_tools.word_popup
    writer.wait_for(popup.isVisible)
    assert engine.passages == [("(Heavy rain!) fell.", 1, 11)]
    assert popup.words() == ["Steady downpour", "London rain"]
    press_in_popup(writer, KEY.Key_Return)
    assert writer.text == "(Steady downpour!) fell."
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == "(Heavy rain!) fell."


@pytest.mark.parametrize("text", ["One two three four.", "One two. Three", "One\ntwo", "   "])
def test_a_selection_that_is_no_phrase_is_said_in_a_sentence(writer: Writer, text: str) -> None:
    writer.paste_all(text)
    writer.select(0, len(text))
    writer.press(KEY.Key_Period, CTRL)
    assert "Select one word, or up to three." in writer.said()
    assert writer.page.textCursor().selectedText() == text.replace("\n", "\u2029")


@pytest.mark.parametrize("selected", ["😀", "42", "—", "..."])
def test_what_is_no_word_can_be_asked_for(sit_down: Sit, selected: str) -> None:
    writer = sit_down(masked=ScriptedEngine(words=[]))
    writer.paste_all(f"A {selected} here")
    writer.select(2, 2 + len(selected.encode("utf-16-le")) // 2)
    writer.press(KEY.Key_Period, CTRL)
    writer.wait_for(writer.inkling.masked_tools.word_popup.isVisible)
    assert "No words" in writer.inkling.masked_tools.word_popup.item(0).text()
    press_in_popup(writer, KEY.Key_Escape)


def test_the_model_is_shown_whole_sentences_of_the_paragraphs_around(sit_down: Sit) -> None:
    engine = ScriptedEngine(words=WORDS)
    writer = sit_down(masked=engine)
    filler = "Nobody came. 😀 شجرة. " * 20
    writer.paste_all(f"Lost. {filler}\n\n“Well.”\n\nA large house.\n\nShe left.\n\n{filler * 3}")
    open_by_key(writer, len(writer.text[: writer.text.index("large")].encode("utf-16-le")) // 2)
    [(passage, start, end)] = engine.passages
    assert passage[start:end] == "large"
    assert "“Well.”\n\nA large house.\n\nShe left." in passage
    assert passage.startswith("Lost.")
    assert passage.endswith((".", "😀"))
    assert end + 600 < len(passage) <= end + 800
    press_in_popup(writer, KEY.Key_Escape)


@pytest.mark.parametrize("key", [KEY.Key_Escape, KEY.Key_Tab, KEY.Key_Backtab])
def test_a_key_closes_it_and_leaves_the_page_as_it_was(writer: Writer, key: Qt.Key) -> None:
    writer.paste_all("A large house.")
    open_by_key(writer, 4)
    press_in_popup(writer, KEY.Key_Down)
    press_in_popup(writer, key)
    assert not writer.inkling.masked_tools.word_popup.isVisible()
    assert writer.text == "A large house."
    assert writer.page.hasFocus()
    assert writer.page.textCursor().selectedText() == "large"


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        ([KEY.Key_End], 3),
        ([KEY.Key_End, KEY.Key_Home], 0),
        ([KEY.Key_PageDown], 3),
        ([KEY.Key_End, KEY.Key_PageUp], 0),
        ([KEY.Key_End, KEY.Key_Down], 0),
        ([KEY.Key_8], 0),
        ([KEY.Key_9], 0),
        ([KEY.Key_0], 0),
        ([KEY.Key_Shift], 0),
    ],
)
def test_keys_that_go_through_the_rows(writer: Writer, keys: list[Qt.Key], row: int) -> None:
    writer.paste_all("A large house.")
    open_by_key(writer, 4)
    for key in keys:
        press_in_popup(writer, key)
    assert writer.inkling.masked_tools.word_popup.isVisible()
    assert writer.inkling.masked_tools.word_popup.currentRow() == row
    press_in_popup(writer, KEY.Key_Escape)
    assert writer.text == "A large house."


def test_a_screen_reader_finds_a_list_of_numbered_words(writer: Writer) -> None:
    writer.paste_all("A large house.")
    open_by_key(writer, 4)
    popup = QAccessible.queryAccessibleInterface(writer.inkling.masked_tools.word_popup)
    rows = [popup.child(row) for row in range(popup.childCount())]
    assert popup.role() == QAccessible.Role.List
    assert popup.text(QAccessible.Text.Name) == "Words that fit"
    assert {row.role() for row in rows} == {QAccessible.Role.ListItem}
    assert [row.text(QAccessible.Text.Name) for row in rows] == [
        "big, 1 of 4",
        "great, 2 of 4",
        "huge, 3 of 4",
        "vast, 4 of 4",
    ]
    press_in_popup(writer, KEY.Key_Down)
    assert popup.focusChild().text(QAccessible.Text.Name) == "great, 2 of 4"
    press_in_popup(writer, KEY.Key_Escape)


@pytest.mark.parametrize("change", ["the word", "a line above", "scrolling", "the type"])
def test_it_closes_when_its_word_changes_or_moves(writer: Writer, change: str) -> None:
    writer.paste_all("One.\n\nA large house." + "\n\nMore." * 60)
    open_by_key(writer, 8)
    if change == "the word":
        cursor = writer.page.text_cursor_at(9)
        cursor.insertText("x")
    elif change == "a line above":
        cursor = writer.page.text_cursor_at(0)
        cursor.insertText("Zero.\n")
    elif change == "scrolling":
        writer.page.verticalScrollBar().setValue(1)
    else:
        writer.inkling.settings.change(FONT_SIZE, 20)
    assert not writer.inkling.masked_tools.word_popup.isVisible()


LONG = "It was a large house" + ", and the windows looked over the river" * 6 + "."


@pytest.mark.parametrize(
    ("text", "word", "lines"),
    [
        ("A large house.", "large", 0),
        (LONG, "large", 0),
        (f"First. {LONG} Last.", "large", 0),
        ("One.\n\n" * 40 + LONG, "large", 0),
        ("One.\n\n" * 40 + "A large house.", "large", 0),
        ("البيت كان كبيرا جدا في المدينة القديمة.", "كبيرا", 0),
        ("One.\n\n" * 20 + LONG + "\n\nTwo." * 40, "large", 9),
    ],
)
def test_it_never_covers_the_sentence_of_its_word(writer: Writer, text: str, word: str, lines: int) -> None:
    writer.paste_all(text)
    writer.page.verticalScrollBar().setValue(lines)
    writer.select(writer.text.index(word), writer.text.index(word) + len(word))
    writer.press(KEY.Key_Period, CTRL)
    popup, preview = writer.inkling.masked_tools.word_popup, writer.inkling.masked_tools.word_preview
    writer.wait_for(popup.isVisible)
    place = popup.geometry()
    viewport = writer.page.viewport()
    sentence = preview.sentence_area(writer.page.textCursor(), [])
    corner = viewport.mapToGlobal(QPoint())
    assert sentence.width() > 50
    assert not place.intersects(sentence.translated(corner))
    assert writer.page.screen().availableGeometry().contains(place)
    press_in_popup(writer, KEY.Key_Up)
    assert popup.geometry() == place
    press_in_popup(writer, KEY.Key_Escape)


def test_from_right_to_left_it_lines_up_with_the_beginning_of_the_word(writer: Writer) -> None:
    writer.paste_all("البيت كان كبيرا جدا في المدينة القديمة.")
    writer.double_click("كبيرا")
    popup, controller = writer.inkling.masked_tools.word_popup, writer.inkling.masked_tools.words
    writer.wait_for(popup.isVisible)
    assert popup.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert 0 < popup.geometry().right() - controller._area.right() < 20
    assert popup.geometry().left() < controller._area.left()
    press_in_popup(writer, KEY.Key_Escape)


def test_it_leaves_room_for_the_line_that_a_longer_word_needs(sit_down: Sit) -> None:
    long_word = "extraordinarily-and-remarkably-large-indeed-and-more"
    writer = sit_down(masked=ScriptedEngine(words=["big", long_word]))
    popup = writer.inkling.masked_tools.word_popup
    writer.paste_all("It was a large house" + ", and a river" * 3 + ".")
    open_by_key(writer, 10)
    viewport = writer.page.viewport()
    line = writer.page.cursorRect().height()
    assert popup.y() - viewport.mapToGlobal(QPoint()).y() >= 2 * line
    press_in_popup(writer, KEY.Key_Up)
    assert writer.inkling.masked_tools.word_preview.height() >= 2 * line
    press_in_popup(writer, KEY.Key_Escape)
    writer.page.moveCursor(QTextCursor.MoveOperation.End)
