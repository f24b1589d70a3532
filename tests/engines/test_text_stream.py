import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_tokenizers import EXACT, KINDS
from tokenizers import Tokenizer

from app.engines.text_stream import TextStream
from app.engines.token_bytes import TokenBytes
from app.engines.tokenizer_loading import special_token_ids


@pytest.fixture(params=EXACT)
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return EXACT[request.param]()


def pieces(tokenizer: Tokenizer, ids: list[int], on_page: bytes = b"") -> list[str]:
    stream = TextStream(TokenBytes(tokenizer), on_page)
    return [stream.step(index) for index in ids]


@pytest.mark.parametrize("kind", EXACT)
@given(text=st.text(), data=st.data())
def test_what_stands_on_the_page_is_left_out_wherever_it_ends(
    kind: str, text: str, data: st.DataObject
) -> None:
    """The page may end within a token, and a token within a character."""
    tokenizer = EXACT[kind]()
    token_bytes = TokenBytes(tokenizer)
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    page = text[: data.draw(st.integers(0, len(text)), "page")]
    stands = len(token_bytes.dummy_prefix if text else b"") + len(page.encode())
    known = 0
    while known < len(ids) and stands >= len(token_bytes.of(ids[known])):
        stands -= len(token_bytes.of(ids[known]))
        known += 1
    new = pieces(tokenizer, ids[known:], token_bytes.of(ids[known])[:stands] if known < len(ids) else b"")
    assert page + "".join(new) == text
    assert not any("\ufffd" in piece for piece in new) or "\ufffd" in text


def test_a_character_of_many_bytes_comes_with_its_last(tokenizer: Tokenizer) -> None:
    before = tokenizer.encode("a").ids
    ids = tokenizer.encode("a🦉").ids[len(before) :]
    assert pieces(tokenizer, ids) == [""] * (len(ids) - 1) + ["🦉"]


def test_the_rest_of_a_character_that_was_taken_back_does_not_come_again(tokenizer: Tokenizer) -> None:
    owl = tokenizer.encode("a🦉", add_special_tokens=False).ids[-1]
    end = TokenBytes(tokenizer).of(owl)
    assert "".join(pieces(tokenizer, [owl, *tokenizer.encode("a fox").ids[-1:]], end[:-1])) != ""
    assert pieces(tokenizer, [owl], end) == [""]


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_that_make_no_character_do_not_stop_the_stream(kind: str) -> None:
    tokenizer = KINDS[kind]()
    chance = random.Random(1)
    specials = special_token_ids(tokenizer)
    ordinary = [index for index in range(tokenizer.get_vocab_size()) if index not in specials]
    for _ in range(50):
        ids = chance.choices(ordinary, k=30)
        said = "".join(pieces(tokenizer, [*ids, *tokenizer.encode("a the fox").ids]))
        assert said.endswith("the fox")


def test_what_is_cut_off_at_the_end_is_not_shown(tokenizer: Tokenizer) -> None:
    ids = tokenizer.encode("fox🦉").ids
    assert "".join(pieces(tokenizer, ids[:-1])).strip() == "fox"


def test_the_streams_text_is_the_decoded_text() -> None:
    """For byte-level tokens, whatever they are; only an unfinished end is left out."""
    tokenizer = EXACT["gpt2"]()
    chance = random.Random(2)
    for _ in range(50):
        ids = [chance.randrange(1, tokenizer.get_vocab_size()) for _ in range(40)]
        said = "".join(pieces(tokenizer, ids))
        left_out = tokenizer.decode(ids).removeprefix(said)
        assert not left_out or left_out.startswith("\ufffd")


def test_special_tokens_are_never_text_and_leave_what_is_expected(tokenizer: Tokenizer) -> None:
    specials = sorted(special_token_ids(tokenizer))
    fox = tokenizer.encode("a fox", add_special_tokens=False).ids[-1]
    assert "".join(pieces(tokenizer, specials)) == ""
    assert pieces(tokenizer, [*specials, fox])[-1][1:] == pieces(tokenizer, [*specials, fox], b" ")[-1]
