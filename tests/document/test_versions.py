from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manuscript_model import MODEL, manuscripts

from app.document.manuscript import WRITER, Manuscript
from app.document.statistics import count_words
from app.document.versions import Versions, _words
from app.errors import InklingError

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
ONE, TWO, THREE = (Manuscript.of_one(text, WRITER) for text in ("One.", "One two.", "One two three."))


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    return Versions(tmp_path / "versions")


def keep(versions: Versions, *texts: Manuscript) -> None:
    for number, text in enumerate(texts):
        versions.keep(text, f"{number:02}" * 16, NOW + timedelta(minutes=number))


def spoil(file: Path, byte: int) -> None:
    content = bytearray(file.read_bytes())
    content[byte] ^= 16
    file.write_bytes(content)


def test_what_was_kept_is_listed_and_read(versions: Versions) -> None:
    keep(versions, ONE, TWO)
    versions.keep(THREE, "ff" * 16, NOW + timedelta(hours=1), "before it was restored")
    found = versions.generations()
    assert [(g.when, g.note, g.words, g.digest) for g in found] == [
        (NOW + timedelta(hours=1), "before it was restored", 3, "ff" * 16),
        (NOW + timedelta(minutes=1), "", 2, "01" * 16),
        (NOW, "", 1, "00" * 16),
    ]
    assert [versions.load(generation) for generation in found] == [THREE, TWO, ONE]
    assert [generation.size for generation in found] == [g.file.stat().st_size for g in found]


@given(manuscript=manuscripts)
def test_any_manuscript_comes_back(tmp_path_factory: pytest.TempPathFactory, manuscript: Manuscript) -> None:
    versions = Versions(tmp_path_factory.mktemp("versions"))
    versions.keep(manuscript, "ab" * 16, NOW)
    assert [versions.load(generation) for generation in versions.generations()] == [manuscript]


def test_there_are_none_before_the_first(versions: Versions) -> None:
    assert versions.generations() == []
    assert versions.newest() is None
    versions.thin(NOW)


def test_they_are_nobody_elses_to_read(versions: Versions) -> None:
    keep(versions, ONE)
    (generation,) = versions.generations()
    assert generation.file.stat().st_mode & 0o777 == 0o600
    assert generation.file.parent.stat().st_mode & 0o777 == 0o700


def test_the_same_again_is_not_kept(versions: Versions) -> None:
    versions.keep(ONE, "ab" * 16, NOW)
    versions.keep(ONE, "ab" * 16, NOW + timedelta(hours=1))
    assert len(versions.generations()) == 1
    versions.keep(Manuscript.of_one(ONE.text, MODEL), "ab" * 16, NOW + timedelta(hours=2))
    versions.keep(ONE, "ab" * 16, NOW + timedelta(hours=3))
    assert len(versions.generations()) == 3


def test_the_same_is_kept_where_the_newest_is_damaged(versions: Versions) -> None:
    versions.keep(ONE, "ab" * 16, NOW)
    spoil(versions.generations()[0].file, -3)
    versions.keep(ONE, "ab" * 16, NOW + timedelta(hours=1))
    assert [versions.load(generation) for generation in versions.generations()] == [ONE]


def test_a_clock_that_was_set_back_changes_no_order(versions: Versions) -> None:
    versions.keep(ONE, "aa" * 16, NOW)
    versions.keep(TWO, "bb" * 16, NOW - timedelta(days=400))
    versions.keep(THREE, "cc" * 16, NOW)
    assert [versions.load(generation) for generation in versions.generations()] == [THREE, TWO, ONE]
    assert len({generation.when for generation in versions.generations()}) == 3


def test_a_damaged_head_leaves_the_others_in_the_list(versions: Versions) -> None:
    keep(versions, ONE, TWO, THREE)
    damaged = versions.generations()[1].file
    spoil(damaged, 30)
    assert [versions.load(generation) for generation in versions.generations()] == [THREE, ONE]
    assert not damaged.exists()
    assert damaged.with_name(damaged.name + ".broken").exists()


def test_a_damaged_text_is_told_and_set_aside(versions: Versions) -> None:
    keep(versions, ONE, TWO, THREE)
    newest = versions.generations()[0]
    spoil(newest.file, -3)
    with pytest.raises(InklingError, match="damaged"):
        versions.load(newest)
    assert [versions.load(generation) for generation in versions.generations()] == [TWO, ONE]
    with pytest.raises(InklingError, match="could not be read"):
        versions.load(newest)


def test_the_newest_that_is_whole_is_found_by_its_digest(versions: Versions) -> None:
    versions.keep(ONE, "ab" * 16, NOW)
    versions.keep(TWO, "ab" * 16, NOW + timedelta(1))
    versions.keep(THREE, "ab" * 4 + "cd" * 12, NOW + timedelta(2))  # its name begins alike
    spoil(versions.generations()[1].file, -3)
    newest = versions.newest("ab" * 16)
    assert newest is not None
    assert newest[1] == ONE
    assert versions.newest("ef" * 16) is None


def test_thinning_deletes_what_is_not_worth_its_room(versions: Versions) -> None:
    texts = [Manuscript.of_one(f"{number}") for number in range(6)]
    for hours, text in zip((-2000, -1999, -50, -49, -1, 0), texts, strict=True):
        versions.keep(text, text.text * 32, NOW + timedelta(hours=hours))
    versions.thin(NOW)
    assert [versions.load(g).text for g in versions.generations()] == ["5", "4", "3", "1"]
    size = versions.generations()[0].size
    versions.thin(NOW, most_bytes=2 * size + size // 2)
    assert [versions.load(g).text for g in versions.generations()] == ["5", "4"]
    versions.thin(NOW + timedelta(days=900), most_bytes=1)
    assert [versions.load(g).text for g in versions.generations()] == ["5"]


@given(st.text(st.sampled_from("ab \n漢’—"), max_size=30).map(lambda text: text * 1500))
def test_words_are_counted_in_parts(text: str) -> None:
    assert _words(text) == count_words(text)
