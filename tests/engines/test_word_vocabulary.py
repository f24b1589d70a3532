import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_models import CHINESE, MASKED
from tokenizers import Tokenizer, models

from app.engines.tokenizer_loading import load_tokenizer, special_token_ids
from app.engines.word_vocabulary import WordVocabulary, is_word, mask_token_id


@pytest.fixture(params=MASKED)
def folder(request: pytest.FixtureRequest, tiny_model: Callable[[str], Path]) -> Path:
    return tiny_model(request.param)


def test_only_words_count(folder: Path) -> None:
    tokenizer = load_tokenizer(folder)
    vocabulary = WordVocabulary.of(tokenizer)
    ids = {*vocabulary.starting.tolist(), *vocabulary.joined.tolist()}
    assert ids
    assert not ids & special_token_ids(tokenizer)
    for index in ids:
        assert vocabulary.texts[index].isalpha()
        assert not tokenizer.id_to_token(index).startswith("##")


def test_a_byte_level_word_knows_what_stands_before_it(tiny_model: Callable[[str], Path]) -> None:
    tokenizer = load_tokenizer(tiny_model("roberta"))
    vocabulary = WordVocabulary.of(tokenizer)
    assert vocabulary.tells_apart
    assert vocabulary.candidates("Ġfox") is vocabulary.starting
    assert vocabulary.candidates("fox") is vocabulary.joined
    starting = {vocabulary.texts[index] for index in vocabulary.starting.tolist()}
    assert "fox" in starting
    assert {vocabulary.texts[index] for index in vocabulary.joined.tolist()} <= starting


def test_characters_are_words_in_chinese(tiny_model: Callable[[str], Path]) -> None:
    vocabulary = WordVocabulary.of(load_tokenizer(tiny_model("chinese")))
    assert set(CHINESE) <= {vocabulary.texts[index] for index in vocabulary.starting.tolist()}


def test_a_vocabulary_without_words_is_empty() -> None:
    vocabulary = WordVocabulary.of(Tokenizer(models.WordLevel({"[UNK]": 0, ",": 1}, unk_token="[UNK]")))
    assert vocabulary.starting.tolist() == []
    assert [vocabulary.texts[index] for index in vocabulary.candidates("x")] == []


@pytest.mark.parametrize("text", ["fox", "I", "a", "é", "中", "naïve", "שלום"])
def test_words(text: str) -> None:
    assert is_word(text)


@pytest.mark.parametrize("text", ["", "b", "fox2", "don't", ",", " fox", "😀", "[MASK]", "##ing", "3"])
def test_what_is_no_word(text: str) -> None:
    assert not is_word(text)


def test_the_mask_token_is_found(folder: Path) -> None:
    tokenizer = load_tokenizer(folder)
    index = mask_token_id(folder, tokenizer)
    assert index is not None
    assert tokenizer.id_to_token(index) in ("[MASK]", "<mask>")


@pytest.mark.parametrize("entry", ["@", {"content": "@", "lstrip": True}])
@pytest.mark.parametrize("file", ["tokenizer_config.json", "special_tokens_map.json"])
def test_the_folder_names_the_mask_token(tmp_path: Path, entry: object, file: str) -> None:
    (tmp_path / file).write_text(json.dumps({"mask_token": entry}))
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "@": 1}, unk_token="[UNK]"))
    assert mask_token_id(tmp_path, tokenizer) == 1


def test_a_model_without_a_mask_token_has_none(tmp_path: Path) -> None:
    assert mask_token_id(tmp_path, Tokenizer(models.WordLevel({"fox": 0}, unk_token="fox"))) is None
