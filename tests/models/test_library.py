"""Which models are ready, and what the writer's choice leads to."""

import json
from pathlib import Path

import pytest

from app.errors import InklingError
from app.models.catalog import Catalog, KnownModel
from app.models.inspection import inspect_folder
from app.models.library import SEAL, Library, is_sealed, seal


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "models", Catalog.shipped())


@pytest.fixture
def starter(library: Library) -> KnownModel:
    return library.catalog.default("causal")


def test_the_bundled_model_is_found(library: Library) -> None:
    found = inspect_folder(library.masked())
    assert (found.role, found.architecture) == ("masked", "BertForPreTraining")
    assert library.masked("word-mini") == found.folder


def test_a_starter_that_is_not_prepared_says_how(library: Library) -> None:
    with pytest.raises(InklingError) as caught:
        library.causal()
    assert "inkling models prepare" in caught.value.hint


def test_a_folder_of_the_other_role_is_refused(library: Library) -> None:
    folder = str(library.masked())
    assert library.masked(folder) == Path(folder)
    with pytest.raises(InklingError, match="finds words; one that continues text"):
        library.causal(folder)


def test_a_known_name_of_the_other_role_is_refused(library: Library) -> None:
    with pytest.raises(InklingError, match="finds words"):
        library.causal("word-mini")


def test_a_choice_that_vanished_is_told(library: Library, tmp_path: Path) -> None:
    with pytest.raises(InklingError, match="There is no folder"):
        library.causal(str(tmp_path / "gone"))


def test_the_source_lies_in_the_installed_package(library: Library, starter: KnownModel) -> None:
    source = library.source(starter)
    assert source is not None
    assert source.read_bytes()[:4] == b"GGUF"
    assert library.source(library.catalog["word-mini"]) is None
    assert library.source_of(library.location(starter)) == source
    assert library.source_of(library.masked()) is None
    assert library.source_of(Path.cwd()) is None


def test_a_seal_holds_until_something_changes(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"1234")
    assert not is_sealed(tmp_path, "hash")
    seal(tmp_path, "hash")
    assert is_sealed(tmp_path, "hash")
    assert not is_sealed(tmp_path, "another hash")
    (tmp_path / "weights").write_bytes(b"123")
    assert not is_sealed(tmp_path, "hash")
    (tmp_path / "weights").unlink()
    assert not is_sealed(tmp_path, "hash")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1, "source_sha256": "hash", "files": 3}'])
def test_a_damaged_seal_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / SEAL).write_text(content)
    assert not is_sealed(tmp_path, "hash")


def test_a_seal_of_an_older_conversion_is_none(tmp_path: Path) -> None:
    file = seal(tmp_path, "hash")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 0}))
    assert not is_sealed(tmp_path, "hash")


def test_removing(library: Library, starter: KnownModel) -> None:
    library.remove(starter)
    folder = library.location(starter)
    folder.mkdir(parents=True)
    (folder / "config.json").touch()
    library.remove(starter)
    assert not folder.exists()
    with pytest.raises(InklingError, match="comes with Inkling"):
        library.remove(library.catalog["word-mini"])
