import os
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.document import storage
from app.document.storage import SaveError, TextFormat, UnencodableError, decode, encode, load, save
from app.errors import InklingError

NOBODY = 65534

NEWLINES = ("\n", "\r\n", "\r")
UNICODE = [
    TextFormat(encoding, bom, newline)
    for encoding, bom in (("utf-8", False), ("utf-8", True), ("utf-16-le", True), ("utf-16-be", True))
    for newline in NEWLINES
]
WINDOWS = [TextFormat("cp1252", False, newline) for newline in NEWLINES]


@pytest.mark.parametrize("form", UNICODE)
def test_a_file_is_written_back_the_way_it_was(tmp_path: Path, form: TextFormat) -> None:
    text = "Ein Satz. 🙂\n\n次の行。\nשלום\n"
    path = tmp_path / "text.md"
    written = save(path, text, form)
    file = load(path)
    assert (file.text, file.format, file.digest) == (text, form, written)


@pytest.mark.parametrize("form", WINDOWS)
def test_a_windows_file_is_written_back_the_way_it_was(tmp_path: Path, form: TextFormat) -> None:
    text = "Gar müde ward’s – „die Hälfte“,\nsagte Zoë. Für 3 €.\n«Va au café…»\n"
    path = tmp_path / "text.txt"
    path.write_bytes(text.replace("\n", form.newline).encode("cp1252"))
    file = load(path)
    assert (file.text, file.format) == (text, form)
    assert save(path, text, form) == file.digest


def test_what_windows_cannot_hold_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(b"caf\xe9\r\n")
    with pytest.raises(UnencodableError, match="Windows-1252") as caught:
        save(path, "café 🙂\n", load(path).format)
    assert path.read_bytes() == b"caf\xe9\r\n"
    save(path, "café 🙂\n", caught.value.form)
    assert path.read_bytes() == "café 🙂\r\n".encode()


def test_a_text_that_begins_with_a_mark_keeps_it() -> None:
    file = decode(encode("\ufefftext", TextFormat()), "x")
    assert (file.text, file.format.bom) == ("\ufefftext", True)


def test_text_that_would_be_read_otherwise_is_not_written_for_windows() -> None:
    with pytest.raises(UnencodableError):
        encode("Ã¤", TextFormat("cp1252"))  # the bytes of “ä” in UTF-8


def test_mixed_line_ends_take_the_prevailing_one() -> None:
    file = decode(b"a\r\nb\r\nc\nd\r", "x")
    assert file.text == "a\nb\nc\nd\n"
    assert file.format.newline == "\r\n"
    assert file.has_mixed_line_ends
    assert not decode(b"a\r\nb\r\n", "x").has_mixed_line_ends
    assert not decode(b"a", "x").has_mixed_line_ends


def test_an_empty_file_is_a_text() -> None:
    assert decode(b"", "x").text == ""
    assert decode(b"", "x").format == TextFormat()


def test_half_a_surrogate_pair_does_not_stop_a_save() -> None:
    assert encode("a\ud83db", TextFormat()).decode() == "a\ufffdb"
    assert encode("\ud83d\ude42", TextFormat()).decode() == "🙂"


def test_a_nul_does_not_make_a_file_that_cannot_be_opened() -> None:
    assert decode(encode("a\0b", TextFormat()), "x").text == "a\ufffdb"


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"text\0text",
        b"\xff\xfe\0\0a\0\0\0",
        b"\xff\xfea",
        b"\xef\xbb\xbfcaf\xe9",
        "Zwölf Boxkämpfer jagen Eva quer über den großen Sylter Deich".encode()[:-3] + b"\xc3",
        "Съешь же ещё этих мягких булок".encode("cp1251"),
        b"caf\xe9 \x1b[1m",
        b"caf\xe9 \x81",
    ],
    ids=[
        "png",
        "nul",
        "utf-32",
        "half a unit",
        "mark of utf-8",
        "damaged utf-8",
        "cyrillic",
        "control characters",
        "no character",
    ],
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


def test_a_giant_without_a_size_is_refused_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some files do not say how large they are, and some become so while they are read."""
    monkeypatch.setattr(storage, "LARGEST_BYTES", 1000)
    path = Path("/proc/self/smaps")
    if not path.exists():
        pytest.skip("no such files here")
    assert path.stat().st_size == 0
    with pytest.raises(InklingError, match="larger than"):
        load(path)


def test_a_paragraph_that_no_page_can_bear_is_refused() -> None:
    longest = "x" * storage.LONGEST_PARAGRAPH
    for text in (longest, f"{longest}\n{longest}", f"\n\n{longest}\n", f"short\r\n{longest}\r\nshort"):
        assert decode(text.encode(), "book.md").text == text.replace("\r\n", "\n")
    for text in (f"{longest}x", f"short\n{longest}x\nshort", f"{longest}\n{longest}x"):
        with pytest.raises(InklingError, match=r"“book\.md” has a paragraph of more than 4,000,000"):
            decode(text.encode(), "book.md")


def test_a_device_is_refused() -> None:
    with pytest.raises(InklingError, match="not a file that can be edited"):
        load(Path(os.devnull))


@pytest.mark.skipif(sys.platform == "win32", reason="names of Unix")
def test_names_may_have_255_bytes(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    save(path, "text", TextFormat())
    assert load(path).text == "text"
    with pytest.raises(InklingError, match="could not be read: File name too long"):
        load(tmp_path / ("x" * 256))
    with pytest.raises(SaveError, match="its name is too long") as caught:
        save(tmp_path / ("x" * 256), "text", TextFormat())
    assert "shorter name" in caught.value.hint


def test_a_file_that_somebody_writes_to_is_read_when_that_is_over(tmp_path: Path) -> None:
    path = tmp_path / "growing.txt"
    path.write_bytes(b"aaaaa\n" * 10_000_000)
    stop = threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as file:
            while not stop.is_set():
                file.write(b"b")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        with pytest.raises(InklingError, match="Another program is writing to “growing"):
            load(path)
    finally:
        stop.set()
        writer.join()
    assert load(path).text.startswith("aaa")


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


def test_a_failed_save_says_what_happened_and_that_the_text_is_safe(tmp_path: Path) -> None:
    with pytest.raises(SaveError, match=r"“a\.md” could not be saved: its folder is not there") as caught:
        save(tmp_path / "gone" / "a.md", "text", TextFormat())
    assert "still here" in caught.value.hint
    assert caught.value.digest == storage.digest(b"text")
    with pytest.raises(SaveError, match="a folder has this name"):
        save(tmp_path, "text", TextFormat())


def test_the_manuscript_stays_out_of_representations() -> None:
    assert "Geheim" not in repr(decode(b"Geheim", "x"))
