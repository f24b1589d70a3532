"""What the writer reads stays in its place while a stream grows elsewhere."""

from app.engines.scripted import ScriptedEngine
from app.settings import READ_FOLLOWING
from tests.ui.conftest import KEY, Sit, Writer

LINES = "\n".join(f"line {number}" for number in range(300))


def streaming(sit_down: Sit, token: str, behind: str) -> Writer:
    """A writer in whose text a stream grows behind some words."""
    writer = sit_down(ScriptedEngine([token] * 100_000, seconds_per_token=0.005))
    writer.inkling.settings.change(READ_FOLLOWING, False)
    writer.paste_all(LINES)
    writer.place_caret(writer.text.index(behind) + len(behind))
    writer.page.verticalScrollBar().setValue(0)
    writer.continue_text()
    writer.wait_for(lambda: token * 2 in writer.text)
    return writer


def wait_for_more(writer: Writer, characters: int) -> None:
    written = len(writer.text)
    writer.wait_for(lambda: len(writer.text) > written + characters)


def test_the_first_line_on_the_screen_stays_below_a_stream(sit_down: Sit) -> None:
    writer = streaming(sit_down, " on and on\n", "line 0")
    writer.page.verticalScrollBar().setValue(writer.page.verticalScrollBar().maximum() // 2 + 40)
    first = writer.page.firstVisibleBlock().text()
    wait_for_more(writer, 100)
    assert writer.page.firstVisibleBlock().text() == first
    writer.press(KEY.Key_Escape)


def test_the_line_of_the_caret_stays_below_a_stream(sit_down: Sit) -> None:
    writer = streaming(sit_down, " on and on\n", "line 101")
    writer.place_caret(writer.text.index("line 103"))
    writer.page.centerCursor()
    level = writer.page.cursorRect().top()
    wait_for_more(writer, 100)
    assert abs(writer.page.cursorRect().top() - level) <= 1  # pixel
    writer.press(KEY.Key_Escape)


def test_who_scrolls_away_from_a_stream_is_not_taken_back(sit_down: Sit) -> None:
    writer = streaming(sit_down, " on", "line 299")
    assert writer.page.viewport().rect().contains(writer.page.cursorRect())
    writer.page.verticalScrollBar().setValue(10)
    wait_for_more(writer, 30)
    assert writer.page.verticalScrollBar().value() == 10
    assert writer.caret == len(writer.text)
    writer.press(KEY.Key_Escape)
