import pytest
from PySide6.QtCore import QRect, QSize, Qt

from app.engines.scripted import ScriptedEngine
from app.settings import WORDS_ON_DOUBLE_CLICK
from tests.ui.conftest import CTRL, KEY, Sit, Writer
from ui.editor.word_popup import _beside

WORDS = ["big", "great", "huge", "vast"]


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    return sit_down(masked=ScriptedEngine(words=WORDS))


def open_by_key(writer: Writer, position: int) -> None:
    writer.place_caret(position)
    writer.press(KEY.Key_Period, CTRL)
    writer.wait_for(writer.inkling.word_popup.isVisible)


def press_in_popup(writer: Writer, key: Qt.Key) -> None:
    writer.qtbot.keyClick(writer.inkling.word_popup, key)


def test_a_double_click_offers_words_and_a_click_swaps_one(writer: Writer) -> None:
    writer.paste_all("A large house.")
    writer.double_click("large")
    popup = writer.inkling.word_popup
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
    assert writer.inkling.word_popup.currentRow() == 3
    press_in_popup(writer, KEY.Key_Escape)
    assert writer.text == "A vast house."


def test_any_other_key_closes_it_and_goes_to_the_page(writer: Writer) -> None:
    writer.paste_all("A large house.")
    open_by_key(writer, 4)
    writer.qtbot.keyClicks(writer.inkling.word_popup, "x")
    assert not writer.inkling.word_popup.isVisible()
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
    writer.wait_for(writer.inkling.word_popup.isVisible)
    press_in_popup(writer, KEY.Key_Return)
    assert writer.text == swapped


def test_the_model_is_asked_in_code_points(sit_down: Sit) -> None:
    engine = ScriptedEngine(words=WORDS)
    writer = sit_down(masked=engine)
    writer.paste_all("😀😀 large")
    open_by_key(writer, 7)
    assert engine.passages == [("😀😀 large", 3, 8)]
    press_in_popup(writer, KEY.Key_Escape)


def test_nothing_to_offer_is_said_kindly(sit_down: Sit) -> None:
    writer = sit_down(masked=ScriptedEngine(words=[]))
    writer.paste_all("Zyzzyva")
    open_by_key(writer, 3)
    popup = writer.inkling.word_popup
    assert popup.words() == []
    assert "No other words" in popup.item(0).text()
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
    assert not writer.inkling.word_popup.isVisible()


def test_words_come_between_two_tokens_of_a_stream(sit_down: Sit) -> None:
    writer = sit_down(ScriptedEngine([" on"] * 100_000, seconds_per_token=0.02), ScriptedEngine(words=WORDS))
    writer.paste_all("A large house.\n\nEnd")
    writer.continue_text()
    writer.wait_for(lambda: "on on" in writer.text)
    before = writer.text.count(" on")
    writer.double_click("large")
    writer.wait_for(lambda: writer.inkling.words._request_id and writer.text.count(" on") > before)
    assert writer.inkling.continuation.is_streaming
    writer.inkling.continuation.stop()


def test_a_double_click_can_be_left_to_select_alone(writer: Writer) -> None:
    writer.inkling.settings.change(WORDS_ON_DOUBLE_CLICK, False)
    writer.paste_all("A large house.")
    writer.double_click("large")
    writer.qtbot.wait(100)
    assert not writer.inkling.word_popup.isVisible()
    assert writer.page.textCursor().selectedText() == "large"


def test_a_double_click_beside_the_words_says_nothing(writer: Writer) -> None:
    writer.paste_all("one  ,  two")
    writer.place_caret(4)
    writer.inkling.words.on_double_click()
    assert not writer.notices


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (QRect(100, 100, 50, 20), "below"),
        (QRect(100, 560, 50, 20), "above"),
        (QRect(100, 300, 50, 20), "beside"),
        (QRect(740, 300, 50, 20), "beside"),
        (QRect(780, 100, 50, 20), "below"),
    ],
)
def test_the_list_never_covers_its_word(word: QRect, expected: str) -> None:
    screen = QRect(0, 0, 800, 600)
    size = QSize(150, 350)
    place = _beside(word, size, screen)
    assert not place.intersects(word)
    assert place.left() >= 0
    assert place.right() <= screen.right()
    where = "below" if place.top() > word.bottom() else "above" if place.bottom() < word.top() else "beside"
    assert where == expected
