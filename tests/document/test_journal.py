import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from manuscript_model import MODEL, Units, edit_at, edited, manuscripts, units

from app.document.journal import MOST_EDITS, Journal
from app.document.journal_records import About, Replay, read_about, replay
from app.document.manuscript import WRITER, Edit, Manuscript
from app.document.storage import TextFormat

ABOUT = About(Path("/novels/one.md"), TextFormat("utf-16-le", bom=True, newline="\r\n"), "ab" * 16)
HELLO = Manuscript.of_one("Hello")


def read(journal: Journal) -> Replay:
    with journal.file.open("rb") as file:
        return replay(file, halves="surrogatepass")


def typed(position: int, text: str) -> Edit:
    return Edit(position, 0, Manuscript.of_one(text, WRITER))


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """Let the system refuse to write behind so many bytes of any file, in the middle of a write too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.begin(tmp_path / "journals", ABOUT, HELLO)
    yield journal
    journal.end()


def test_it_holds_what_was_saved_and_what_was_done_since(journal: Journal) -> None:
    journal.append([typed(5, ","), typed(6, " world")])
    journal.append([Edit(0, 1, Manuscript.of_one("h", MODEL))])
    found = read(journal)
    assert (found.about, found.base) == (ABOUT, HELLO)
    assert found.manuscript.text == "hello, world"
    assert found.manuscript.runs == ((1, MODEL), (4, HELLO.runs[0][1]), (7, WRITER))
    assert found.is_whole


@pytest.mark.parametrize(
    "path", [None, Path("/novels/\udcff.md")], ids=["no file", "a name that is no UTF-8"]
)
def test_it_knows_which_file_it_is_about(tmp_path: Path, path: Path | None) -> None:
    journal = Journal.begin(tmp_path, About(path), Manuscript())
    with journal.file.open("rb") as file:
        assert read_about(file) == About(path)
    journal.end()


def test_it_is_nobody_elses_to_read(journal: Journal) -> None:
    assert journal.file.parent.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in journal.file.parent.iterdir()} == {0o600}


@pytest.mark.parametrize("last", [Journal.end, Journal.leave])
def test_what_is_left_of_it(tmp_path: Path, last) -> None:
    journal = Journal.begin(tmp_path, ABOUT, HELLO)
    journal.append([typed(5, ".")])
    last(journal)
    assert list(tmp_path.iterdir()) == ([] if last is Journal.end else [journal.file])


def test_an_append_costs_the_edit_and_not_the_text(tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path, ABOUT, Manuscript.of_one("Once upon a time. " * 100_000))
    size = journal.file.stat().st_size
    for number in range(10):
        journal.append([typed(900_000 + number, "x")])
    assert journal.file.stat().st_size - size < 10 * 200
    journal.end()


def test_it_is_compacted_when_it_has_grown(journal: Journal) -> None:
    while not journal.needs_compaction:
        journal.append([typed(5 + number, "o") for number in range(100)])
    before, size = read(journal), journal.file.stat().st_size
    journal.compact()
    assert not journal.needs_compaction
    assert journal.file.stat().st_size < size / 20
    assert read(journal) == before
    assert len(before.manuscript.text) > MOST_EDITS


def test_one_large_edit_does_not_call_for_compaction_for_ever(tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path, ABOUT, Manuscript())
    noise = "".join(map(chr, Random(1).choices(range(0x4E00, 0x9E00), k=200_000)))
    journal.append([typed(0, noise)])
    assert journal.needs_compaction
    journal.compact()
    journal.append([typed(0, "x")])
    assert not journal.needs_compaction
    assert read(journal).manuscript.text == "x" + noise
    journal.end()


def test_a_save_makes_a_new_beginning(journal: Journal) -> None:
    journal.append([typed(5, ", world"), typed(12, ".")])
    about = About(Path("/novels/two.md"), digest="cd" * 16)
    journal.rebase(about, Manuscript.of_one("Hello, world"), [typed(12, ".")])
    found = read(journal)
    assert (found.about, found.base.text, found.manuscript.text) == (about, "Hello, world", "Hello, world.")


def test_where_it_cannot_begin_nothing_is_left(tmp_path: Path) -> None:
    with files_end_at(50), pytest.raises(OSError, match="too large"):
        Journal.begin(tmp_path, ABOUT, HELLO)
    assert list(tmp_path.iterdir()) == []


def test_an_append_that_failed_is_made_good_by_the_next(journal: Journal) -> None:
    journal.append([typed(5, ",")])
    with files_end_at(journal.file.stat().st_size + 20), pytest.raises(OSError, match="too large"):
        journal.append([typed(6, " world")])
    assert read(journal).manuscript.text == "Hello,"
    assert not read(journal).is_whole
    journal.append([typed(12, ".")])
    assert read(journal).manuscript.text == "Hello, world."
    assert read(journal).is_whole


def test_an_append_without_edits_brings_those_that_failed(journal: Journal) -> None:
    with files_end_at(journal.file.stat().st_size), pytest.raises(OSError, match="too large"):
        journal.append([typed(5, "!")])
    journal.append([])
    assert read(journal).manuscript.text == "Hello!"


def test_it_comes_back_when_somebody_deletes_it(journal: Journal) -> None:
    shutil.rmtree(journal.file.parent)
    journal.append([typed(5, ",")])
    journal.append([typed(6, " world")])
    assert read(journal).manuscript.text == "Hello, world"


def test_it_is_not_compacted_once_it_is_damaged(journal: Journal) -> None:
    journal.append([typed(5, ",")] * MOST_EDITS)
    journal.append([typed(5, "o")])
    assert journal.needs_compaction
    content = bytearray(journal.file.read_bytes())
    content[-3] ^= 1
    journal.file.write_bytes(content)
    with pytest.raises(OSError, match="damaged"):
        journal.compact()
    assert journal.file.read_bytes() == content
    assert not journal.needs_compaction


class JournalMachine(RuleBasedStateMachine):
    """Edits, saves and failures in any order: the journal leads to the text as it was acknowledged last."""

    shares = st.floats(0, 1)

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())

    @initialize(base=manuscripts)
    def begin(self, base: Manuscript) -> None:
        self.journal = Journal.begin(self.folder, ABOUT, base)
        self.base = base
        self.acknowledged: Units = units(base)
        self.now: Units = units(base)

    def edits(self, choices) -> list[Edit]:
        edits = []
        for choice in choices:
            edits.append(edit_at(len(self.now), *choice))
            self.now = edited(self.now, edits[-1])
        return edits

    some_edits = st.lists(st.tuples(shares, shares, manuscripts), max_size=4)

    @rule(choices=some_edits)
    def append(self, choices) -> None:
        self.journal.append(self.edits(choices))
        self.acknowledged = self.now

    @rule(choices=some_edits, room=st.integers(0, 60))
    def append_on_a_full_disk(self, choices, room: int) -> None:
        size = self.journal.file.stat().st_size
        with files_end_at(size + room):
            try:
                self.journal.append(self.edits(choices))
            except OSError:
                return
        self.acknowledged = self.now

    @rule()
    def compact(self) -> None:
        self.journal.compact()
        self.acknowledged = self.now

    @rule(room=st.integers(0, 300))
    def compact_on_a_full_disk(self, room: int) -> None:
        with files_end_at(room):
            try:
                self.journal.compact()
            except OSError:
                return
        self.acknowledged = self.now

    @rule(choices=some_edits, text=manuscripts)
    def save(self, choices, text: Manuscript) -> None:
        """The whole text is replaced first, because what is saved is a manuscript and not a list of units."""
        self.journal.append([Edit(0, len(self.now), text)])
        self.now = units(text)
        since = self.edits(choices)
        self.journal.append(since)
        self.journal.rebase(ABOUT, text, since)
        self.base, self.acknowledged = text, self.now

    @rule(text=manuscripts, room=st.integers(0, 300))
    def save_on_a_full_disk(self, text: Manuscript, room: int) -> None:
        self.journal.append([Edit(0, len(self.now), text)])
        self.now = self.acknowledged = units(text)
        with files_end_at(room):
            try:
                self.journal.rebase(ABOUT, text, [])
            except OSError:
                return
        self.base = text

    @invariant()
    def what_was_acknowledged_is_there(self) -> None:
        found = read(self.journal)
        assert found.base == self.base
        assert units(found.manuscript) == self.acknowledged

    def teardown(self) -> None:
        self.journal.end()
        assert list(self.folder.iterdir()) == []
        self.folder.rmdir()


TestJournalMachine = JournalMachine.TestCase
TestJournalMachine.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
