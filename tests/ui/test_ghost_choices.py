"""Leafing through other ghost text for a place."""

import pytest

from tests.ui.conftest import CTRL, KEY, Sit, Writer
from tests.ui.ghosts import ALT, GHOST_WORDS, compose, ghost_writer, hasten, preedit, wait_for_ghost

OTHERS = [" until", " while"]
NEXT, PREVIOUS = (KEY.Key_BracketRight, KEY.Key_PageDown), (KEY.Key_BracketLeft, KEY.Key_PageUp)


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    return hasten(sit_down(ghost_writer(others=OTHERS)))


@pytest.mark.parametrize("keys", [0, 1])
def test_alt_and_brackets_leaf_through_them_and_back(writer: Writer, keys: int) -> None:
    ahead, back = NEXT[keys], PREVIOUS[keys]
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(ahead, ALT)
    wait_for_ghost(writer, " until")
    writer.press(ahead, ALT)
    wait_for_ghost(writer, " while")
    writer.press(back, ALT)
    wait_for_ghost(writer, " until")
    writer.press(back, ALT)
    writer.press(back, ALT)  # in front of the first stands the last that is known
    wait_for_ghost(writer, " while")
    writer.press(ahead, ALT)  # there is no more
    wait_for_ghost(writer)
    writer.press(ahead, ALT)
    wait_for_ghost(writer, " until")
    assert writer.text == "Empty"
    writer.press(KEY.Key_Tab)
    assert writer.text == "Empty until"


def test_the_old_one_stays_until_the_new_one_is_there(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer(others=OTHERS)))
    writer.type("Empty")
    wait_for_ghost(writer)
    seen: list[str] = []
    writer.page.updateRequest.connect(lambda: seen.append(preedit(writer)))
    writer.press(KEY.Key_BracketRight, ALT)
    assert writer.inkling.ghost.text == GHOST_WORDS
    wait_for_ghost(writer, " until")
    assert set(seen) <= {GHOST_WORDS, " until"}


def test_a_known_one_is_passed_over(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer(others=[GHOST_WORDS, " until"])))
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_BracketRight, ALT)
    wait_for_ghost(writer, " until")


def test_where_there_is_no_other_it_stays(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer()))
    writer.type("Empty")
    wait_for_ghost(writer)
    for _ in range(3):
        writer.press(KEY.Key_BracketRight, ALT)
        writer.qtbot.wait(50)
        assert writer.inkling.ghost.text == GHOST_WORDS


def test_one_that_comes_too_late_is_not_shown(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_BracketRight, ALT)
    writer.press(KEY.Key_Right, CTRL)
    writer.qtbot.wait(200)
    assert writer.text + writer.inkling.ghost.text == "Empty" + GHOST_WORDS


def test_one_that_was_not_waited_for_is_asked_for_again(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer(others=OTHERS, seconds=0.05)))
    writer.type("Empty")
    wait_for_ghost(writer)
    for key in (KEY.Key_BracketRight, KEY.Key_BracketLeft, KEY.Key_BracketRight):
        writer.press(key, ALT)
    writer.wait_for(lambda: writer.inkling.ghost.text != GHOST_WORDS)
    assert writer.inkling.ghost.text == " until"


def test_behind_what_was_taken_they_are_others(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.press(KEY.Key_BracketRight, ALT)
    wait_for_ghost(writer, " until")
    writer.press(KEY.Key_BracketLeft, ALT)
    writer.press(KEY.Key_Right, CTRL)
    rest = GHOST_WORDS.removeprefix(" for")
    assert writer.inkling.ghost.text == rest
    writer.press(KEY.Key_BracketRight, ALT)
    wait_for_ghost(writer, " until")
    writer.press(KEY.Key_BracketLeft, ALT)
    assert writer.inkling.ghost.text == rest


def test_each_is_announced_once_when_it_is_whole(sit_down: Sit, monkeypatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("ui.editor.ghost_text.announce", lambda widget, message: said.append(message))
    writer = hasten(sit_down(ghost_writer(others=OTHERS, seconds=0.03)))
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.wait_for(lambda: said)
    writer.press(KEY.Key_BracketRight, ALT)
    wait_for_ghost(writer, " until")
    writer.type(" un")
    writer.press(KEY.Key_Tab)
    assert said == ["Suggestion: for as long as anyone knew.", "Suggestion: until"]


def test_a_dead_key_that_is_given_up_dismisses_it(writer: Writer) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    compose(writer, preedit="´")
    compose(writer)
    assert not writer.inkling.ghost.text
    assert not preedit(writer)
