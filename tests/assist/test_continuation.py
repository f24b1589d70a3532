import pytest

from app.assist.continuation import CONTEXT_CHARACTERS, CONTEXT_STEP, Joiner, build_prompt


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
    assert CONTEXT_CHARACTERS - 2 * CONTEXT_STEP < len(prompt) <= CONTEXT_CHARACTERS


def test_a_text_without_any_boundary_is_cut_all_the_same() -> None:
    assert 0 < len(build_prompt("x" * 50_000)) <= CONTEXT_CHARACTERS


def test_while_typing_the_beginning_of_the_prompt_mostly_stays() -> None:
    text = "The fox ran over the hill and home. " * 1000
    starts = {build_prompt(text[:length])[:40] for length in range(20_000, 20_000 + CONTEXT_STEP, 50)}
    starts_at = {text[:length].find(build_prompt(text[:length])) for length in range(20_000, 21_000, 50)}
    assert len(starts) <= 2
    assert len(starts_at) <= 2


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
