"""What of a prompt is read, with tokenizers of every kind."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_tokenizers import EXACT, KINDS
from tokenizers import AddedToken, Tokenizer

from app.engines.prompt_fitting import NOTES_SHARE, PromptFitter
from app.engines.prompts import Passage, Prompt, as_passages
from app.engines.token_bytes import TokenBytes
from app.engines.token_healing import encode_page
from app.engines.tokenizer_loading import beginning_ids

SMALL = 384  # the room of a model with a window of 512 tokens
SENTENCE = "The old dog slept by the fire. "
WORDS = st.text("aeht .\n日😀", max_size=60)
NOTES = st.builds(Passage, st.sampled_from(["style", "memory", "entry", "note"]), WORDS, WORDS)
TEXTS = st.builds(Passage, st.just("text"), WORDS)
FRAMES = st.builds(Passage, st.just("frame"), st.just("***\n\n"))
PROMPTS = st.tuples(st.lists(NOTES | FRAMES | TEXTS, max_size=5), TEXTS).map(lambda p: (*p[0], p[1]))


@cache
def own(kind: str) -> tuple[Tokenizer, TokenBytes]:
    """Return a tokenizer that no other test uses."""
    tokenizer = Tokenizer.from_str(KINDS[kind]().to_str())
    return tokenizer, TokenBytes(tokenizer)


def fitter(kind: str = "gpt2", room: int = SMALL) -> PromptFitter:
    return PromptFitter(*own(kind), room)


def chatting() -> Tokenizer:
    tokenizer = Tokenizer.from_str(KINDS["gpt2"]().to_str())
    tokenizer.add_special_tokens([AddedToken("<|im_start|>", special=True)])
    return tokenizer


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_alone_is_read_as_ever(kind: str) -> None:
    tokenizer = KINDS[kind]()
    for text in ("", "The old dog", "The old dog  ", "The old\n\ndog "):
        fitted = fitter(kind).fit(text)
        ids = encode_page(text, tokenizer, TokenBytes(tokenizer))
        assert fitted.ids == beginning_ids(tokenizer) + ids
        assert fitted.end == text
        (passage,) = fitted.passages
        assert (passage.kept, passage.tokens, passage.cut) == (text, len(ids), 0)


@given(prompt=PROMPTS, room=st.integers(2, 80), kind=st.sampled_from(list(KINDS)))
def test_it_never_reads_more_than_there_is_room_for_and_always_the_end(
    prompt: Prompt, room: int, kind: str
) -> None:
    fitted = fitter(kind, room).fit(prompt)
    passages = as_passages(prompt)
    assert [one.passage for one in fitted.passages] == list(passages)
    begun = len(beginning_ids(own(kind)[0]))
    assert begun + sum(one.tokens for one in fitted.passages) == len(fitted.ids) <= room
    noted = [one.tokens for one in fitted.passages if one.passage.kind not in ("text", "frame")]
    assert sum(noted) <= room * NOTES_SHARE
    *_, last = fitted.passages
    assert last.passage.text.endswith(last.kept)
    assert last.tokens or not last.cut
    for one in fitted.passages:
        assert (one.kept == one.passage.text) or one.cut
        if one.passage.kind not in ("text", "frame"):
            assert one.passage.text.startswith(one.kept.rstrip())


@given(prompt=PROMPTS, kind=st.sampled_from(list(EXACT)))
def test_where_all_fits_all_is_read(prompt: Prompt, kind: str) -> None:
    fitted = fitter(kind, 4000).fit(prompt)
    assert all(one.kept == one.passage.text and not one.cut for one in fitted.passages)


def test_notes_longer_than_the_window_leave_half_of_it_to_the_text() -> None:
    prompt = (Passage("memory", f"{(SENTENCE * 500).strip()}\n\n"), Passage("text", SENTENCE * 500))
    memory, text = fitter().fit(prompt).passages
    assert 0.9 * SMALL < memory.tokens + text.tokens + SMALL / 8 <= SMALL * 9 / 8
    assert 0.8 * SMALL / 2 < memory.tokens <= SMALL / 2
    assert memory.kept.endswith(".\n\n")  # whole sentences
    assert text.kept.endswith(SENTENCE)
    assert text.kept.lstrip().startswith("The old")
    whole = fitter(room=100_000).fit(prompt).passages
    assert memory.tokens + memory.cut == whole[0].tokens
    assert text.tokens + text.cut == whole[1].tokens


def test_the_memory_is_cut_last() -> None:
    long = SENTENCE * 20
    kinds = ("style", "memory", "entry", "entry", "note")
    prompt = (*(Passage(kind, long) for kind in kinds), Passage("text", "Once"))
    tokens = fitter(room=10_000).fit(prompt).passages[0].tokens
    kept = {
        shares: [one.tokens > 0 for one in fitter(room=2 * (shares * tokens + 5)).fit(prompt).passages[:5]]
        for shares in (1, 2, 3, 5)
    }
    assert kept == {
        1: [False, True, False, False, False],
        2: [False, True, False, False, True],
        3: [False, True, True, False, True],
        5: [True] * 5,
    }


def test_a_text_in_two_passages_keeps_its_end_and_the_note_between() -> None:
    note = Passage("note", "\n\nIt rains.\n\n")
    prompt = (Passage("text", SENTENCE * 100), note, Passage("text", SENTENCE * 5))
    first, between, last = fitter().fit(prompt).passages
    assert first.cut
    assert first.kept
    assert first.passage.text.endswith(first.kept)
    assert (between.cut, last.cut) == (0, 0)


def test_a_change_of_one_passage_leaves_the_tokens_before_it() -> None:
    fit = fitter(room=4000)
    text = Passage("text", SENTENCE * 10)
    before = fit.fit((Passage("memory", SENTENCE), text, Passage("note", "It rains.\n"), text)).ids
    after = fit.fit((Passage("memory", SENTENCE), text, Passage("note", "It snows.\n"), text)).ids
    same = len(fit.fit((Passage("memory", SENTENCE), text)).ids)
    assert before[:same] == after[:same]
    assert before != after


def test_marks_of_structure_in_a_text_are_text_and_in_a_frame_structure() -> None:
    tokenizer = chatting()
    mark = tokenizer.token_to_id("<|im_start|>")
    fit = PromptFitter(tokenizer, TokenBytes(tokenizer), SMALL)
    assert mark not in fit.fit("Say <|im_start|> aloud").ids
    assert mark not in fit.fit((Passage("memory", "<|im_start|>"), Passage("text", "<|im_start|>"))).ids
    assert fit.fit((Passage("frame", "<|im_start|>"), Passage("text", "Once"))).ids[0] == mark


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_text_begins_with_stays_whatever_is_cut(kind: str) -> None:
    """A model that was trained with a token at the beginning of each text loses its way without it."""
    begin = beginning_ids(own(kind)[0])
    assert bool(begin) is (kind in ("llama", "gemma", "unigram", "bert"))
    notes = Passage("style", SENTENCE * 200), Passage("memory", SENTENCE * 200)  # the first is left out
    for prompt in (SENTENCE * 200, (*notes, Passage("text", SENTENCE)), (*notes, Passage("text", ""))):
        fitted = fitter(kind, 100).fit(prompt)
        assert fitted.passages[0].cut
        assert fitted.ids[: len(begin)] == begin
        assert len(fitted.ids) == len(begin) + sum(one.tokens for one in fitted.passages)


def test_a_frame_without_room_is_left_out() -> None:
    prompt = (Passage("frame", SENTENCE * 4), Passage("text", SENTENCE))
    frame, text = fitter(room=60).fit(prompt).passages
    assert (frame.kept, frame.tokens) == ("", 0)
    assert frame.cut
    assert text.kept == SENTENCE
