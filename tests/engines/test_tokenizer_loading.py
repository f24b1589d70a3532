from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_models import END_OF_TEXT, byte_level

from app.engines.tokenizer_loading import load_tokenizer
from app.errors import InklingError


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
