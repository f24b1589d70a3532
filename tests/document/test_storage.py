import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document import storage
from app.document.storage import TextFormat, decode, encode, load, save
from app.errors import InklingError

NOBODY = 65534

FORMATS = [
    TextFormat(encoding, bom, newline)
    for encoding, bom in (("utf-8", False), ("utf-8", True), ("utf-16-le", True), ("utf-16-be", True))
    for newline in ("\n", "\r\n", "\r")
]


def write_directly(path: Path, data: bytes) -> None:
    path.write_bytes(data)


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_written_back_the_way_it_was(tmp_path: Path, form: TextFormat) -> None:
    text = "Ein Satz. 🙂\n\n次の行。\nשלום\n"
    path = tmp_path / "text.md"
    written = save(path, text, form, write_directly)
    file = load(path)
    assert (file.text, file.format, file.digest) == (text, form, written)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0\ufeff")))
def test_any_text_survives(text: str) -> None:
    content = encode(text, TextFormat())
    assert decode(content, "x").text == text
    assert encode(decode(content, "x").text, decode(content, "x").format) == content


def test_mixed_line_ends_take_the_prevailing_one() -> None:
    file = decode(b"a\r\nb\r\nc\nd\r", "x")
    assert file.text == "a\nb\nc\nd\n"
    assert file.format.newline == "\r\n"


def test_an_empty_file_is_a_text() -> None:
    assert decode(b"", "x").text == ""
    assert decode(b"", "x").format == TextFormat()


def test_half_a_surrogate_pair_does_not_stop_a_save() -> None:
    assert encode("a\ud83db", TextFormat()).decode() == "a\ufffdb"
    assert encode("\ud83d\ude42", TextFormat()).decode() == "🙂"


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"caf\xe9", b"text\0text", b"\xff\xfe\0\0a\0\0\0", b"\xff\xfea"],
    ids=["png", "latin-1", "nul", "utf-32", "half a unit"],
)
def test_what_is_not_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thing"
    path.write_bytes(content)
    with pytest.raises(InklingError, match="“thing” is not a text file"):
        load(path)


def test_a_vanished_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InklingError, match="not there any more"):
        load(tmp_path / "gone.md")
    (tmp_path / "link").symlink_to(tmp_path / "gone.md")
    with pytest.raises(InklingError, match="not there any more"):
        load(tmp_path / "link")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InklingError, match="is a folder"):
        load(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InklingError, match="not a file that can be edited"):
        load(tmp_path / "pipe")


def test_a_giant_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "giant.txt"
    with path.open("wb") as file:
        file.truncate(storage.LARGEST_BYTES + 1)
    with pytest.raises(InklingError, match="larger than 200 MB"):
        load(path)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system knows no permissions like these")
def test_a_forbidden_file_is_refused(tmp_path: Path, an_ordinary_user: None) -> None:
    path = tmp_path / "secret.md"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(InklingError, match="not allowed to read"):
        load(path)
    path.chmod(stat.S_IRUSR)


@pytest.fixture
def an_ordinary_user(tmp_path: Path) -> Iterator[None]:
    """Let root, who may read everything, be somebody else for a while."""
    is_root = os.geteuid() == 0
    if is_root:
        for folder in (tmp_path, *tmp_path.parents[:2]):
            folder.chmod(0o777)
        os.seteuid(NOBODY)
    yield
    if is_root:
        os.seteuid(0)


def test_a_failed_save_says_what_happened_and_that_the_text_is_safe() -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(InklingError, match=r"“a\.md” could not be saved: No space left on device") as caught:
        save(Path("a.md"), "text", TextFormat(), full)
    assert "still here" in caught.value.hint


def test_the_manuscript_stays_out_of_representations() -> None:
    assert "Geheim" not in repr(decode(b"Geheim", "x"))
