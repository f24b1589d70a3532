import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assist.continuation import (
    BOUNDARY_REACH,
    CONTEXT_CHARACTERS,
    CONTEXT_STEP,
    Joiner,
    build_prompt,
    first_boundary,
)

PIECES = ["The fox ran.", " It was quick", "\n\n", " ", "猫が来た。", "x" * 1500, "😀"]
LONG_TEXTS = st.builds(
    lambda pieces, length: ("".join(pieces) * length)[:length],
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=30),
    st.integers(0, 30_000),
)


def joined(before: str, pieces: list[str]) -> str:
    joiner = Joiner(before)
    return before + "".join(joiner.join(piece) for piece in pieces)


@pytest.mark.parametrize(
    ("before", "prompt"),
    [
        ("", ""),
        ("The fox", "The fox"),
        ("The lighth", "The lighth"),
        ("The fox ", "The fox "),
        ("The fox \t\u00a0\u3000", "The fox \t\u00a0\u3000"),
        ("The fox.\n\n", "The fox.\n\n"),
        ("   ", ""),
        ("\n\n", ""),
        ("  The fox", "  The fox"),
    ],
)
def test_the_text_is_read_up_to_the_caret(before: str, prompt: str) -> None:
    assert build_prompt(before) == prompt


def test_a_short_text_is_read_as_a_whole() -> None:
    text = "x" * CONTEXT_CHARACTERS
    assert build_prompt(text) == text


def test_of_a_long_text_its_end_is_read_from_a_boundary() -> None:
    text = "The fox ran. A dog saw it and barked. " * 1000
    prompt = build_prompt(text)
    assert text.endswith(prompt)
    assert prompt.startswith(("The fox", "A dog"))


@given(LONG_TEXTS)
def test_as_much_is_read_of_any_text_as_was_promised(text: str) -> None:
    text += "."  # no spaces at the end
    prompt = build_prompt(text)
    assert text.endswith(prompt)
    if len(text) <= CONTEXT_CHARACTERS + CONTEXT_STEP:
        assert prompt == text
    else:
        assert CONTEXT_CHARACTERS - BOUNDARY_REACH <= len(prompt) < CONTEXT_CHARACTERS + CONTEXT_STEP


@settings(deadline=None)
@given(LONG_TEXTS, st.integers(40, 400))
def test_while_5000_characters_are_typed_the_beginning_moves_by_steps(text: str, at_a_time: int) -> None:
    lengths = range(max(0, len(text) - 5000), len(text) + 1, at_a_time)
    beginnings = [length + 1 - len(build_prompt(text[:length] + ".")) for length in lengths]
    assert beginnings == sorted(beginnings)
    assert len(set(beginnings)) - 1 <= 5000 / CONTEXT_STEP + 1


@pytest.mark.parametrize(
    ("passage", "rest"),
    [
        ("end. A word\n\nA paragraph", "A paragraph"),
        ("some words. A sentence", "A sentence"),
        ("she said.” Then he", "Then he"),
        ("夜でした。「はい。」月", "「はい。」月"),
        ("half a-word", "a-word"),
        ("no1boundary", "no1boundary"),
        ("", ""),
    ],
)
def test_a_passage_is_read_from_its_first_boundary_of_the_best_kind(passage: str, rest: str) -> None:
    assert passage[first_boundary(passage) :] == rest


@pytest.mark.parametrize(
    ("before", "pieces", "page"),
    [
        ("The", [" fox", " ran"], "The fox ran"),
        ("The ", [" fox", " ran"], "The fox ran"),
        ("The ", [" ", " ", "fox"], "The fox"),
        ("The ", ["", " fox"], "The fox"),
        ("", [" Once", " upon"], "Once upon"),
        ("The fox.\n", ["\n", "\n A", " dog"], "The fox.\nA dog"),
        ("light", ["house", " keeper"], "lighthouse keeper"),
        ("The ", ["fox", " ran"], "The fox ran"),
        ("The ", ["fox", "  ", "ran"], "The fox  ran"),
    ],
)
def test_the_stream_joins_what_stands_there(before: str, pieces: list[str], page: str) -> None:
    assert joined(before, pieces) == page
