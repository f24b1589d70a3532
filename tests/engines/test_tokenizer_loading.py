import random
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_models import END_OF_TEXT, byte_level, metaspace
from tokenizers import Tokenizer

from app.engines.tokenizer_loading import TextStream, load_tokenizer, special_token_ids
from app.errors import InklingError

KINDS = {"byte level": lambda: byte_level([END_OF_TEXT]), "metaspace": metaspace}


@pytest.fixture(params=KINDS)
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return KINDS[request.param]()


def stream(tokenizer: Tokenizer, before: list[int], ids: list[int]) -> list[str]:
    text_stream = TextStream(tokenizer, before)
    return [text_stream.step(index) for index in ids]


@pytest.mark.parametrize("before", ["", "The old", "日本日本", "😀🎉😀🎉", "a 👩‍👩‍👧", "שלום"])
@pytest.mark.parametrize("said", [" fox ran", "日本の fox", " 😀", "🎉é👩‍👩‍👧 the", "\n\nמרحבا", " …”"])
def test_the_pieces_make_the_text_and_none_is_half_a_character(
    tokenizer: Tokenizer, before: str, said: str
) -> None:
    before_ids = tokenizer.encode(before).ids
    ids = tokenizer.encode(before + said).ids
    if ids[: len(before_ids)] != before_ids:
        pytest.skip("the tokenizer joins the two texts in one token")
    pieces = stream(tokenizer, before_ids, ids[len(before_ids) :])
    assert "".join(pieces) == said
    assert not any("\ufffd" in piece for piece in pieces)


def test_a_character_of_many_bytes_comes_with_its_last(tokenizer: Tokenizer) -> None:
    before = tokenizer.encode("a").ids
    ids = tokenizer.encode("a🦉").ids[len(before) :]
    assert stream(tokenizer, before, ids) == [""] * (len(ids) - 1) + ["🦉"]


def test_bytes_that_make_no_character_do_not_stop_the_stream(tokenizer: Tokenizer) -> None:
    chance = random.Random(1)
    specials = special_token_ids(tokenizer)
    ordinary = [index for index in range(tokenizer.get_vocab_size()) if index not in specials]
    for _ in range(50):
        ids = chance.choices(ordinary, k=30)
        said = "".join(stream(tokenizer, [], [*ids, *tokenizer.encode(" the fox").ids]))
        assert said.endswith("the fox")


def test_what_is_cut_off_at_the_end_is_not_shown() -> None:
    tokenizer = byte_level([END_OF_TEXT])
    ids = tokenizer.encode("fox🦉").ids
    assert "".join(stream(tokenizer, [], ids[:-1])) == "fox"


def test_the_streams_text_is_the_decoded_text() -> None:
    """For byte-level tokens, whatever they are; only an unfinished end is left out."""
    tokenizer = byte_level([END_OF_TEXT])
    chance = random.Random(2)
    for _ in range(50):
        ids = [chance.randrange(1, tokenizer.get_vocab_size()) for _ in range(40)]
        said = "".join(stream(tokenizer, tokenizer.encode("The").ids, ids))
        left_out = tokenizer.decode(ids).removeprefix(said)
        assert not left_out or left_out.startswith("\ufffd")


def test_special_tokens_are_never_text(tokenizer: Tokenizer) -> None:
    assert stream(tokenizer, [], sorted(special_token_ids(tokenizer))) == [""] * len(
        special_token_ids(tokenizer)
    )


def test_a_tokenizer_saved_with_padding_and_truncation_does_neither(tmp_path: Path) -> None:
    tokenizer = byte_level([END_OF_TEXT])
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(length=8)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    ids = load_tokenizer(tmp_path).encode("The old lighthouse keeper climbed").ids
    assert load_tokenizer(tmp_path).decode(ids) == "The old lighthouse keeper climbed"


def test_the_older_files_are_read_too(tiny_model: Callable[[str], Path], tmp_path: Path) -> None:
    new = load_tokenizer(tiny_model("bert"))
    words = sorted(new.get_vocab(), key=new.token_to_id)
    (tmp_path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    old = load_tokenizer(tmp_path)
    assert old.encode("The quick fox").ids == new.encode("The quick fox").ids


@pytest.mark.parametrize("content", [None, "{}", "not JSON", '{"model": 3}'])
def test_a_folder_without_a_readable_tokenizer(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(InklingError, match="tokenizer"):
        load_tokenizer(tmp_path)
