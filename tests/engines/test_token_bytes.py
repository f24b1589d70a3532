"""What tokens write, against the tokenizers' own decoding."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_tokenizers import KINDS
from tokenizers import Tokenizer

from app.engines.token_bytes import WORD_GOES_ON, WORD_OR_QUOTE_GOES_ON, TokenBytes
from app.engines.tokenizer_loading import load_tokenizer, special_token_ids


@pytest.fixture(params=KINDS)
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return KINDS[request.param]()


def written_after(tokenizer: Tokenizer, before: int, token_id: int) -> str:
    return tokenizer.decode([before, token_id]).removeprefix(tokenizer.decode([before]))


def check_table(tokenizer: Tokenizer) -> None:
    token_bytes = TokenBytes(tokenizer)
    before = tokenizer.encode("The a").ids[-1]
    for token_id in range(tokenizer.get_vocab_size()):
        expected = written_after(tokenizer, before, token_id)
        assert token_bytes.of(token_id).decode(errors="replace") == expected, tokenizer.id_to_token(token_id)


def test_a_token_writes_what_the_tokenizer_decodes(tokenizer: Tokenizer) -> None:
    check_table(tokenizer)


def test_the_starter_models_tokens_too(starter_model: Path) -> None:
    check_table(load_tokenizer(starter_model))


@pytest.mark.parametrize("kind", ["gpt2", "qwen", "llama", "gemma"])
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="▁")))
def test_the_bytes_of_a_texts_tokens_are_its_own(kind: str, text: str) -> None:
    # "▁" is how SentencePiece writes a space: it cannot tell the two apart.
    tokenizer = KINDS[kind]()
    token_bytes = TokenBytes(tokenizer)
    if tokenizer.normalizer is not None and kind == "qwen":
        text = tokenizer.normalizer.normalize_str(text)
    ids = tokenizer.encode(text).ids
    written = b"".join(map(token_bytes.of, ids))
    assert written == (token_bytes.dummy_prefix if text else b"") + text.encode()


def test_special_tokens_and_ids_that_are_none_write_nothing(tokenizer: Tokenizer) -> None:
    token_bytes = TokenBytes(tokenizer)
    specials = special_token_ids(tokenizer)
    assert specials
    assert {token_bytes.of(token_id) for token_id in [*specials, tokenizer.get_vocab_size() + 5]} == {b""}


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [("gpt2", b""), ("qwen", b""), ("llama", b" "), ("gemma", b""), ("unigram", b" "), ("bert", b" ")],
)
def test_the_space_before_a_text_that_is_none_of_it(kind: str, prefix: bytes) -> None:
    tokenizer = KINDS[kind]()
    token_bytes = TokenBytes(tokenizer)
    ids = tokenizer.encode("the fox").ids
    assert token_bytes.dummy_prefix == prefix
    assert b"".join(map(token_bytes.of, ids)) == prefix + b"the fox"


def test_the_tokens_that_start_with_a_prefix(tokenizer: Tokenizer) -> None:
    token_bytes = TokenBytes(tokenizer)
    written = {token_id: token_bytes.of(token_id) for token_id in range(tokenizer.get_vocab_size())}
    chance = random.Random(3)
    prefixes = {text[: chance.randrange(1, len(text) + 1)] for text in written.values() if text}
    for prefix in [*prefixes, b"\xff", b"\xff\xff", b"never this"]:
        expected = {i for i, text in written.items() if text.startswith(prefix) and text != prefix}
        found = token_bytes.starting_with(prefix).tolist()
        assert sorted(found) == sorted(expected)


def test_pairs_that_write_the_same(tokenizer: Tokenizer) -> None:
    token_bytes = TokenBytes(tokenizer)
    for prefix, cut in [(b" ", 1), (b" t", 1), (b" t", 2), (b"o", 1), (b"th", 1), (b"th", 2)]:
        longer, shorter = token_bytes.pairs(prefix, cut)
        found = dict(zip(longer.tolist(), shorter.tolist(), strict=True))
        ends = {token_bytes.of(i) for i in range(tokenizer.get_vocab_size())} - {b""}
        for token_id in token_bytes.starting_with(prefix).tolist():
            end = token_bytes.of(token_id)[cut:]
            assert (token_id in found) == (end in ends)
            assert token_id not in found or token_bytes.of(found[token_id]) == end


def test_the_tokens_that_go_on_with_a_word(starter_model: Path) -> None:
    token_bytes = TokenBytes(load_tokenizer(starter_model))

    def matching(pattern: re.Pattern[str]) -> set[str]:
        return {
            token_bytes.of(token).decode(errors="replace") for token in token_bytes.matching(pattern).tolist()
        }

    ends = {" the", ".", ",", "\n", " ", "--.", "'.", "\ufffd"}
    marks = {"'", "’", "-"}
    assert matching(WORD_GOES_ON) >= {"ing", "s", "'t", "9", "é"}
    assert not matching(WORD_GOES_ON) & (ends | marks)
    assert matching(WORD_OR_QUOTE_GOES_ON) >= {"ing", "s", "'t", "9", "é"} | marks
    assert not matching(WORD_OR_QUOTE_GOES_ON) & ends


def test_a_token_that_was_added_by_its_text() -> None:
    tokenizer = Tokenizer.from_str(KINDS["gpt2"]().to_str())
    tokenizer.add_tokens(["the oldest of them"])
    token_bytes = TokenBytes(tokenizer)
    assert tokenizer.token_to_id("the oldest of them") in token_bytes.starting_with(b"the old").tolist()
