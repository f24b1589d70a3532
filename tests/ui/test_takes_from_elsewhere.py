"""Takes that begin with a word that the writer chose, or were finished before they are put in."""

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from app.document.manuscript import Author
from app.engines.scripted import ScriptedEngine
from tests.ui.conftest import Sit
from tests.ui.takes import FIVE, FOUR, ONE, ROUNDS, TWO, begun, kept, redo, retry, strip, swap, undo


def test_rewriting_is_one_step_and_goes_on_from_the_lead(sit_down: Sit) -> None:
    engine = ScriptedEngine(takes=ROUNDS)
    writer = sit_down(engine)
    writer.type("She knocked")
    writer.continue_text()
    writer.wait_for_stream()
    begin = len("She knocked and")
    writer.inkling.continuation.rewrite(begin, len(writer.text), " entered")
    assert writer.text == "She knocked and entered"
    writer.wait_for_stream()
    assert engine.prompts[-1] == "She knocked and entered"
    assert writer.text == "She knocked and entered" + FOUR
    assert writer.caret == len(writer.text)
    runs = writer.inkling.manuscript.take().runs
    assert [source.author for _, source in runs][:2] == [Author.WRITER, Author.CONTINUATION]
    swap(writer)
    assert writer.text == "She knocked and entered" + FIVE
    retry(writer)
    assert writer.text == "She knocked and entered" + ONE
    assert engine.prompts[-1] == "She knocked and entered"
    for _ in range(3):
        undo(writer)
    assert (writer.text, strip(writer)) == ("She knocked" + ONE, "1/3")
    swap(writer)
    assert writer.text == "She knocked" + TWO
    assert " left." in kept(writer)


def test_finished_takes_can_be_offered(sit_down: Sit) -> None:
    writer = sit_down()
    writer.paste_all("One.\n\nThree.")
    writer.inkling.continuation.offer(len("One."), [" Two.", " Zwei.\r\n", ""])
    assert (writer.text, strip(writer)) == ("One. Two.\n\nThree.", "1/2")
    assert writer.caret == len("One. Two.")
    swap(writer)
    assert writer.text == "One. Zwei.\n\n\nThree."
    undo(writer)
    undo(writer)
    assert writer.text == "One.\n\nThree."
    redo(writer)
    assert (writer.text, strip(writer)) == ("One. Two.\n\nThree.", "1/2")


def test_whoever_offers_takes_says_what_retry_does(sit_down: Sit) -> None:
    writer = sit_down()
    writer.paste_all("One.\n\nThree.")
    continuation = writer.inkling.continuation
    continuation.offer(4, [" Two."], again=lambda start, end: continuation.offer(start, [" Deux."], end))
    retry(writer)
    assert writer.text == "One. Deux.\n\nThree."
    undo(writer)
    assert writer.text == "One. Two.\n\nThree."


def test_takes_are_kept_while_an_input_method_composes(sit_down: Sit) -> None:
    writer = begun(sit_down)
    QApplication.sendEvent(writer.page, QInputMethodEvent("にほ", []))
    swap(writer)
    writer.inkling.continuation.offer(0, ["Once "])
    assert writer.text == "She knocked" + ONE
    assert writer.page.document().firstBlock().layout().preeditAreaText() == "にほ"
    assert "Once " in kept(writer)
    QApplication.sendEvent(writer.page, QInputMethodEvent())
