"""A program that damages what Inkling keeps, and reads it again: FOLDER TIMES SEED.

It asserts that whatever is offered is one of the states that were written, and that the damaged file is kept.
It prints its counts.
"""

import shutil
import sys
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from app.document import storage
from app.document.history import History, open_history
from app.document.journal import Journal
from app.document.journal_records import About
from app.document.left_behind import find_left_behind
from app.document.manuscript import WRITER, Author, Edit, EditedManuscript, Manuscript, Source
from app.document.storage import TextFormat
from app.errors import InklingError
from app.settings import FONT_SIZE, SEED, Settings

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
MODEL = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:30:00Z")
STATES = [
    Manuscript.of("It was a bright cold day. " * n, [(12 * n, WRITER), (14 * n, MODEL)]) for n in range(1, 6)
]
SETTINGS = """# Kept from an older version
[page]
theme = "dark"
font_size = 14.5
[continue]
temperature = 0.7
seed = 12
[ghost]
enabled = false
[models]
causal = "/home/writer/models/novel"
"""


def damaged(content: bytes, chance: Random) -> bytes:
    """Return the content cut off somewhere, or with a few bits changed, or with zeros in a part of it."""
    spoiled = bytearray(content)
    begin = chance.randrange(len(content))
    match chance.choice(["cut", "bits", "bits", "zeros"]):
        case "cut":
            del spoiled[begin:]
        case "zeros":
            end = min(len(content), begin + chance.randrange(1, 600))
            spoiled[begin:end] = bytes(end - begin)
        case _:
            for _ in range(chance.choice([1, 1, 1, 5])):
                spoiled[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


class Damage:
    """Damages one kind of file after the other.

    Args:
        folder: an empty one.
        chance: chooses what is damaged, and how.
    """

    def __init__(self, folder: Path, chance: Random) -> None:
        self.counts = Counter[str]()
        self._chance = chance
        self._folder = folder
        self._path = folder / "one.md"
        self._history = History(folder / "history", self._path)
        for number, state in enumerate(STATES):
            self._path.write_text(state.text)
            self._history.keep(state, _digest(state), NOW + timedelta(minutes=number))
        self._kept = {file: file.read_bytes() for file in self._history.folder.rglob("*") if file.is_file()}
        self._journal, self._journaled = self._write_journal()

    def journal(self) -> None:
        """Damage a journal: it leads to a state from before, or is set aside."""
        folder = self._folder / "journals"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        content = damaged(self._journal, self._chance)
        (folder / "0123.journal").write_bytes(content)
        found = find_left_behind(folder)
        if found.documents:
            (document,) = found.documents
            assert (document.base, document.about) == (self._journaled[0], About(self._path))
            assert document.manuscript in self._journaled
            assert document.manuscript == self._journaled[-1] or document.is_damaged or _is_cut(content, self)
            self._count(
                "journal read to its end" if not document.is_damaged else "journal read to its damage"
            )
        elif found.unreadable:
            assert [file.read_bytes() for file in found.unreadable] == [content]
            self._count("journal set aside")
        else:
            assert _is_cut(content, self), "deleted as one without changes"
            self._count("journal cut off before its edits")
        assert find_left_behind(folder).unreadable == ()

    def version(self) -> None:
        """Damage a version: it is set aside, and the others are there."""
        file = self._chance.choice(sorted(file for file in self._kept if file.suffix == ".version"))
        content = self._restore(file)
        older = {}
        for generation in self._history.versions.generations():
            try:
                older[generation.file] = self._history.versions.load(generation)
            except InklingError:
                assert generation.file == file
        latest = self._history.latest()
        versions = sorted(f for f in self._kept if f.suffix == ".version")
        states = dict(zip(versions, STATES, strict=True))
        assert older.items() <= states.items()
        assert set(states) - set(older) <= {file}
        assert latest == older[max(older)]
        self._check_aside(file, content, file not in older)

    def sidecar(self) -> None:
        """Damage a sidecar: what it said is known all the same."""
        file = self._history.folder / "provenance.json"
        content = self._restore(file)
        assert self._history.provenance(_digest(STATES[-1])) == STATES[-1].runs
        self._check_aside(file, content, not file.exists())

    def sidecar_and_version(self) -> None:
        """Damage both: nothing wrong is said of who wrote the text."""
        self._restore(self._history.folder / "provenance.json")
        newest = max(file for file in self._kept if file.suffix == ".version")
        newest.write_bytes(damaged(newest.read_bytes(), self._chance))
        runs = self._history.provenance(_digest(STATES[-1]))
        assert runs in (STATES[-1].runs, None)
        self._count("neither of both said it" if runs is None else "one of both said it")

    def about(self) -> None:
        """Damage what says whose history it is: another file does not take it without reason."""
        file = self._history.folder / "about.json"
        content = self._restore(file)
        renamed = open_history(self._folder / "history", self._folder / "two.md", "ab" * 16)
        assert renamed.latest() is None
        self._check_aside(file, content, not file.exists())

    def settings(self) -> None:
        """Damage the settings: they are set aside, or each is one that can be."""
        file = self._folder / "settings.toml"
        for old in self._folder.glob("settings.toml*"):
            old.unlink()
        file.with_name("settings.toml.broken").write_text("from before")
        content = damaged(SETTINGS.encode(), self._chance)
        file.write_bytes(content)
        settings = Settings(file, storage_write)
        notices = settings.load()
        assert file.with_name("settings.toml.broken").read_text() == "from before"
        assert FONT_SIZE.accepts(settings[FONT_SIZE])
        self._check_aside(file, content, not file.exists(), "settings.toml.broken-2")
        assert file.exists() or notices
        settings.change(SEED, 4711)
        assert tomllib.loads(file.read_text())["continue"]["seed"] == 4711

    def _write_journal(self) -> tuple[bytes, list[Manuscript]]:
        folder = self._folder / "written"
        journal = Journal.begin(folder, About(self._path, TextFormat()), STATES[2])
        states = [STATES[2]]
        for number in range(12):
            edits = [Edit(7 * number, number % 3, Manuscript.of_one(f"so {k} ", MODEL)) for k in range(3)]
            journal.append(edits)
            edited = EditedManuscript(states[-1])
            for edit in edits:
                edited.apply(edit)
            states.append(edited.manuscript())
        content = journal.file.read_bytes()
        journal.end()
        return content, states

    def _restore(self, file: Path) -> bytes:
        """Make the history whole again but for one file, and return what that holds now."""
        shutil.rmtree(self._history.folder)
        for whole, content in self._kept.items():
            whole.parent.mkdir(parents=True, exist_ok=True)
            whole.write_bytes(content)
        content = damaged(self._kept[file], self._chance)
        file.write_bytes(content)
        return content

    def _check_aside(self, file: Path, content: bytes, is_aside: bool, name: str = "") -> None:
        kind = file.suffix.removeprefix(".") if file.suffix != ".json" else file.stem
        if is_aside:
            assert not file.exists()
            assert file.with_name(name or f"{file.name}.broken").read_bytes() == content
        else:
            assert file.read_bytes() == content
        self._count(f"{kind} set aside" if is_aside else f"{kind} read nevertheless")

    def _count(self, what: str) -> None:
        self.counts[what] += 1


def _is_cut(content: bytes, damage: Damage) -> bool:
    """Return whether a journal was cut: behind a whole record, nothing tells it from one that is whole."""
    return len(content) < len(damage._journal) and damage._journal.startswith(content)


def _digest(manuscript: Manuscript) -> str:
    return storage.digest(manuscript.text.encode())


def storage_write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


if __name__ == "__main__":
    damage = Damage(Path(sys.argv[1]), Random(sys.argv[3]))
    kinds = [damage.journal, damage.version, damage.journal, damage.sidecar, damage.settings]
    kinds += [damage.sidecar_and_version, damage.about]
    for number in range(int(sys.argv[2])):
        kinds[number % len(kinds)]()
    for what, count in sorted(damage.counts.items()):
        print(f"{count:5} {what}")
