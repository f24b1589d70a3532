from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from manuscript_model import MODEL

from app.document import storage
from app.document.history import History, open_history
from app.document.manuscript import WRITER, Manuscript

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
ONE = Manuscript.of("One two.", [(4, WRITER), (4, MODEL)])
TWO = Manuscript.of_one("One two three.", WRITER)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "one.md"


def save(history: History, manuscript: Manuscript, when: datetime = NOW) -> str:
    content = manuscript.text.encode()
    history.path.write_bytes(content)
    history.keep(manuscript, storage.digest(content), when)
    return storage.digest(content)


def spoil(file: Path) -> None:
    content = bytearray(file.read_bytes())
    digit = content.index(b"[[") + 2
    content[digit] ^= 1  # the length of a run is another, and the file is still JSON
    file.write_bytes(content)


def test_a_save_keeps_a_version_and_who_wrote_it(root: Path, path: Path) -> None:
    history = History(root, path)
    assert (history.provenance("ab" * 16), history.latest()) == (None, None)
    assert not root.exists()
    first, second = save(history, ONE), save(history, TWO, NOW + timedelta(1))
    again = History(root, path)
    assert again.latest() == TWO
    assert again.provenance(second) == TWO.runs
    assert again.provenance(first) == ONE.runs, "another program put the old bytes back"
    assert again.provenance("ab" * 16) is None


def test_a_save_thins_out(root: Path, path: Path) -> None:
    history = History(root, path)
    for day in range(3):
        save(history, ONE, NOW + timedelta(days=day))
        save(history, TWO, NOW + timedelta(days=day, hours=1))
    assert [g.when.day for g in history.versions.generations()] == [24, 24, 23, 22]


def test_it_is_nobody_elses_to_read(root: Path, path: Path) -> None:
    history = History(root, path)
    save(history, ONE)
    everything = list(history.folder.rglob("*"))
    assert {file.stat().st_mode & 0o777 for file in everything if file.is_file()} == {0o600}
    assert {f.stat().st_mode & 0o777 for f in [history.folder, *everything] if f.is_dir()} == {0o700}


def test_a_damaged_sidecar_is_set_aside_and_a_version_asked(root: Path, path: Path) -> None:
    history = History(root, path)
    digest = save(history, ONE)
    sidecar = history.folder / "provenance.json"
    spoil(sidecar)
    assert history.provenance(digest) == ONE.runs
    assert not sidecar.exists()
    assert sidecar.with_name("provenance.json.broken").exists()
    (version,) = history.versions.generations()
    version.file.write_bytes(version.file.read_bytes()[:-1])
    assert history.provenance(digest) is None
    assert history.latest() is None


def test_a_link_and_its_file_have_one_history(root: Path, path: Path, tmp_path: Path) -> None:
    (tmp_path / "link.md").symlink_to(path)
    assert History(root, tmp_path / "link.md").folder == History(root, path).folder
    assert History(root, tmp_path / "other.md").folder != History(root, path).folder


def test_the_history_follows_a_file_that_was_renamed(root: Path, path: Path, tmp_path: Path) -> None:
    digest = save(History(root, path), ONE)
    new = path.rename(tmp_path / "two.md")
    history = open_history(root, new, digest)
    assert (history.path, history.latest()) == (new, ONE)
    assert History(root, path).latest() is None
    save(history, TWO, NOW + timedelta(1))
    newer = new.rename(tmp_path / "three.md")
    assert open_history(root, newer, storage.digest(newer.read_bytes())).latest() == TWO


def test_the_history_stays_with_a_file_that_was_copied(root: Path, path: Path, tmp_path: Path) -> None:
    digest = save(History(root, path), ONE)
    assert open_history(root, tmp_path / "copy.md", digest).latest() is None
    assert open_history(root, path, digest).latest() == ONE


def test_a_file_with_a_history_takes_no_other(root: Path, path: Path, tmp_path: Path) -> None:
    digest = save(History(root, path), ONE)
    save(History(root, tmp_path / "two.md"), TWO)
    path.unlink()
    assert open_history(root, tmp_path / "two.md", digest).latest() == TWO


def test_an_empty_file_is_no_other_file_renamed(root: Path, path: Path, tmp_path: Path) -> None:
    digest = save(History(root, path), Manuscript())
    path.unlink()
    assert open_history(root, tmp_path / "new.md", digest).latest() is None


def test_a_damaged_entry_hides_no_other(root: Path, path: Path, tmp_path: Path) -> None:
    digest = save(History(root, path), ONE)
    for name in ("a.md", "b.md"):
        other = History(root, tmp_path / name)
        save(other, TWO)
        (other.folder / "about.json").write_bytes(b'{"path": 3')
    path.unlink()
    assert open_history(root, tmp_path / "new.md", "ab" * 16).latest() is None
    assert len(list(root.glob("*/about.json.broken"))) == 2
    assert open_history(root, tmp_path / "new.md", digest).latest() == ONE
