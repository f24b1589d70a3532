import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLabel

from app.document.manuscript import EARLIER, WRITER, Author, Manuscript, Source
from app.document.provenance_report import tally
from app.settings import Settings
from ui.dialogs.statistics import Statistics
from ui.editor.manuscript_on_page import ManuscriptOnPage
from ui.editor.page import Page
from ui.editor.text_statistics import TextStatistics
from ui.notifications import Notice, Notifications, Severity
from ui.theme import Theme

MODEL = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:30:00Z")
LATER = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:40:00Z")


class Desk:
    def __init__(self, qtbot, path: Path | None) -> None:
        self.qtbot = qtbot
        self.page = Page()
        qtbot.addWidget(self.page)
        self.on_page = ManuscriptOnPage(self.page, self.page)
        notifications = Notifications(self.page)
        self.notices: list[Notice] = []
        notifications.posted.connect(self.notices.append)
        theme = Theme(Settings(), QGuiApplication.styleHints(), self.page)
        self.statistics = Statistics(
            self.page, theme, self.on_page.take, lambda: path, run_here, notifications, self.page
        )
        self.on_page.put(
            Manuscript.of("One two three.\n\nFour five", [(4, WRITER), (5, MODEL), (7, LATER), (9, EARLIER)])
        )

    def rows(self) -> dict[str, list[str]]:
        """Return the figures beside each title, as a screen reader finds them."""
        self.statistics.count_and_show()
        self.qtbot.waitUntil(lambda: "…" not in str(self._labels()))
        rows: dict[str, list[str]] = {}
        for name in self._labels():
            title, _, figure = name.partition(": ")
            rows.setdefault(title, []).append(figure)
        return rows

    def export(self, words: str, file: Path) -> None:
        buttons = self.statistics.findChild(QDialogButtonBox).buttons()
        next(button for button in buttons if words in button.text()).click()
        dialog = self.statistics.findChild(QFileDialog)
        dialog.fileSelected.emit(str(file))
        dialog.reject()

    def _labels(self) -> list[str]:
        return [label.accessibleName() for label in self.statistics._table.findChildren(QLabel)
                if label.accessibleName()]  # fmt: skip


def run_here(
    work: Callable[[], None], done: Callable[[None], object], failed: Callable[[BaseException], object]
) -> None:
    """Stands in for the thread that writes: in the window's own, where a failure is handed over as well."""
    try:
        work()
    except Exception as error:
        failed(error)
    else:
        done(None)


@pytest.fixture
def desk(qtbot, tmp_path: Path) -> Desk:
    return Desk(qtbot, tmp_path / "book.md")


def test_it_says_how_long_the_text_is_and_who_wrote_it(desk: Desk) -> None:
    assert desk.rows() == {
        "Words": ["5"],
        "Characters": ["23"],
        "Paragraphs": ["2"],
        "Reading time": ["1 min"],
        "Typed by hand": ["1", "20.0 %"],
        "Continued by SmolLM2": ["2", "40.0 %"],
        "There earlier": ["2", "40.0 %"],
    }


def test_a_selection_is_counted_beside_it(desk: Desk) -> None:
    desk.page.setTextCursor(desk.page.text_cursor_at(8, 20))
    rows = desk.rows()
    assert rows["Words"] == ["5", "2"]
    assert rows["Continued by SmolLM2"] == ["2", "40.0 %", "1"]
    assert rows["There earlier"] == ["2", "40.0 %", "1"]
    assert rows["Typed by hand"] == ["1", "20.0 %", "0"]


def test_an_empty_text_is_counted_too(desk: Desk) -> None:
    desk.on_page.put(Manuscript())
    assert desk.rows() == {
        "Words": ["0"],
        "Characters": ["0"],
        "Paragraphs": ["0"],
        "Reading time": ["0 min"],
    }


def test_what_changes_meanwhile_is_counted(desk: Desk) -> None:
    desk.rows()
    desk.on_page.put(Manuscript.of_one("a b c", WRITER))
    desk.qtbot.waitUntil(lambda: desk.rows()["Typed by hand"] == ["3", "100 %"])


def test_nothing_is_counted_once_it_is_closed(desk: Desk) -> None:
    desk.rows()
    desk.statistics.close()
    assert desk.statistics._statistics is None
    assert desk.rows()["Words"] == ["5"]


def test_a_long_text_is_counted_in_slices(qtbot, desk: Desk) -> None:
    desk.on_page.put(Manuscript.of_one("\n".join(["The quick brown fox. " * 20] * 5_000), MODEL))
    statistics = TextStatistics(desk.page)
    slices = 0
    while not statistics.is_complete:
        statistics._index.advance()
        slices += 1
    assert slices >= 5
    assert statistics.whole().words.total() == 400_000


def test_parts_of_the_text_are_counted_as_they_are(desk: Desk) -> None:
    statistics = TextStatistics(desk.page)
    statistics._index.finish()
    for start in range(25):
        for end in range(start, 26):
            part = tally(desk.page.sources.between(start, end))
            found = statistics.within(desk.page.text_cursor_at(start, end))
            assert (+found.words, +found.characters) == (+part.words, +part.characters)


@pytest.mark.parametrize(("words", "suffix"), [("JSON", "json"), ("Note", "md")])
def test_reports_are_written(desk: Desk, tmp_path: Path, words: str, suffix: str) -> None:
    desk.statistics.count_and_show()
    file = tmp_path / f"report.{suffix}"
    desk.export(words, file)
    content = file.read_text(encoding="utf-8")
    if suffix == "json":
        report = json.loads(content)
        assert report["document"] == "book.md"
        assert [span["author"] for span in report["spans"]] == [
            "writer",
            "continuation",
            "continuation",
            "earlier",
        ]
    else:
        assert content.startswith("# Who wrote “book.md”\n\nOf 5 words, 1 (20.0 %) were typed by hand")
    assert desk.notices[-1].text == f"“report.{suffix}” was written."


def test_a_report_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    desk.statistics.count_and_show()
    desk.export("JSON", tmp_path / "no such folder" / "report.json")
    assert desk.notices[-1].severity is Severity.ERROR
    assert desk.notices[-1].text == "“report.json” could not be written."
