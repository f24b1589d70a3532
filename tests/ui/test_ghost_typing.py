"""Typing while ghost text is shown: the same letters keep the rest of it, others dismiss it."""

import pytest
from PySide6.QtCore import Qt

from tests.ui.conftest import KEY, Sit, Writer
from tests.ui.ghosts import (
    GHOST_WORDS,
    Witness,
    compose,
    ghost_writer,
    hasten,
    preedit,
    press_text,
    wait_for_ghost,
)


@pytest.fixture
def writer(sit_down: Sit) -> Writer:
    return hasten(sit_down(ghost_writer()))


@pytest.fixture
def witness(writer: Writer) -> Witness:
    return Witness(writer.inkling.ghost)


def test_typing_the_same_letters_keeps_the_rest(writer: Writer, witness: Witness) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    for typed, letter in enumerate(" for as", 1):
        writer.type(letter)
        assert writer.inkling.ghost.text == preedit(writer) == GHOST_WORDS[typed:]
    writer.press(KEY.Key_Tab)
    assert writer.text == "Empty" + GHOST_WORDS
    assert not witness.dismissed
    assert witness.shown == [" for"]  # it grew


def test_in_mid_line_too_and_through_an_input_method(writer: Writer) -> None:
    writer.paste_all("One fort")
    writer.place_caret(3)
    writer.type("s")
    wait_for_ghost(writer)
    compose(writer, commit=" f")
    assert writer.inkling.ghost.text == preedit(writer) == GHOST_WORDS[2:]
    compose(writer, preedit="o")
    assert (writer.inkling.ghost.text, preedit(writer)) == ("", "o")
    compose(writer, commit="or")
    assert writer.inkling.ghost.text == preedit(writer) == GHOST_WORDS[4:]
    assert writer.text == "Ones for fort"


@pytest.mark.parametrize("key", [KEY.Key_Shift, KEY.Key_CapsLock, KEY.Key_Dead_Circumflex, KEY.Key_Multi_key])
def test_a_key_that_does_nothing_by_itself_leaves_it(sit_down: Sit, key: Qt.Key) -> None:
    writer = hasten(sit_down(ghost_writer(["\u00eatre", " on"])))
    writer.type("Peut-")
    wait_for_ghost(writer, "\u00eatre on")
    press_text(writer, "", key)
    assert writer.inkling.ghost.text == preedit(writer) == "\u00eatre on"
    press_text(writer, "\u00ea", KEY.Key_Ecircumflex)
    assert writer.inkling.ghost.text == preedit(writer) == "tre on"


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        (["\u00a0:", " oui"], ["\u00a0", ":", " "]),
        (["\u200c\u0647\u0627", " \u0631\u0627"], ["\u200c", "\u0647"]),
        ([" \U0001f600", " on"], [" ", "\U0001f600", " "]),
        ([" cafe\u0301", " noir"], [*" cafe", "\u0301"]),
    ],
    ids=["no-break space", "joiner", "surrogate pair", "combining mark"],
)
def test_the_same_letters_keep_the_rest_whatever_they_are(
    sit_down: Sit, words: list[str], letters: list[str]
) -> None:
    writer = hasten(sit_down(ghost_writer(words)))
    writer.type("Non")
    rest = "".join(words)
    wait_for_ghost(writer, rest)
    for letter in letters:
        press_text(writer, letter, 0)
        rest = rest.removeprefix(letter)
        assert writer.inkling.ghost.text == preedit(writer) == rest
    assert writer.text == "Non" + "".join(letters)
    writer.press(KEY.Key_Tab)
    assert writer.text == "Non" + "".join(words)


def test_typed_to_its_end_it_is_gone(sit_down: Sit) -> None:
    writer = hasten(sit_down(ghost_writer([" on"])))
    witness = Witness(writer.inkling.ghost)
    writer.type("And so")
    wait_for_ghost(writer, " on")
    writer.type(" on")
    assert not writer.inkling.ghost.text
    assert not witness.dismissed


@pytest.mark.parametrize("typed", ["F", "x", "!"])
def test_a_different_letter_dismisses_it(writer: Writer, witness: Witness, typed: str) -> None:
    writer.type("Empty")
    wait_for_ghost(writer)
    writer.type(" ")
    writer.type(typed)
    assert not writer.inkling.ghost.text
    assert not preedit(writer)
    assert witness.dismissed == 1
    assert writer.text == "Empty " + typed


def test_in_overwriting_nothing_is_kept_that_does_not_fit(writer: Writer) -> None:
    writer.paste_all("One fort")
    writer.place_caret(3)
    writer.type("s")
    wait_for_ghost(writer)
    writer.page.setOverwriteMode(True)
    writer.type(" ")
    assert not writer.inkling.ghost.text
    assert writer.text == "Ones fort"
