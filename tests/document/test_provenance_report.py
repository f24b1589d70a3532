import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.manuscript import EARLIER, WRITER, Author, Manuscript, Source
from app.document.provenance_report import added, as_json, as_markdown, percent, tally
from app.document.statistics import count_characters, count_words

EARLY = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:30:00Z")
LATE = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:31:00Z")
OTHER = Source(Author.CONTINUATION, "A | B", "2026-11-22T21:31:00Z")
WORD = Source(Author.WORD, "word-mini", "2026-11-22T21:32:00Z")
PASTED = Source(Author.PASTED, "", "2026-11-22T21:33:00Z")
WHEN = datetime(2026, 11, 23, 1, 0, tzinfo=timezone(timedelta(hours=1)))
PIECES = [
    ("One two ", WRITER),
    ("世", EARLY),
    ("界 ", LATE),
    ("thr", OTHER),
    ("ee.", WORD),
    ("\n\nFour pas", PASTED),
    ("ted. Earlier", EARLIER),
]
MANUSCRIPT = Manuscript.of("".join(text for text, _ in PIECES), [(len(text), who) for text, who in PIECES])

texts = st.text("ab é世🙂\n'-—", max_size=12)
manuscripts = st.lists(
    st.tuples(texts, st.sampled_from([EARLIER, WRITER, EARLY, LATE, WORD])), max_size=6
).map(lambda parts: Manuscript.of("".join(t for t, _ in parts), [(len(t), s) for t, s in parts]))


def test_counts_whose_words_they_are() -> None:
    counted = tally(MANUSCRIPT)
    assert counted.sources() == [
        WRITER,
        Source(Author.CONTINUATION, "SmolLM2"),
        Source(Author.CONTINUATION, "A | B"),
        Source(Author.WORD, "word-mini"),
        Source(Author.PASTED),
        EARLIER,
    ]
    words = [counted.words[source] for source in counted.sources()]
    assert words == [2, 2, 1, 0, 2, 1]  # “three” and “pasted” began with somebody else
    assert counted.paragraphs == 2


def test_a_word_belongs_to_whoever_wrote_its_first_letter() -> None:
    counted = tally(Manuscript.of("houses", [(5, EARLY), (1, WRITER)]))
    assert (counted.words[WRITER], counted.characters[WRITER]) == (0, 1)
    assert counted.words.total() == 1


@given(manuscripts)
def test_the_parts_add_up_to_the_text(manuscript: Manuscript) -> None:
    counted = tally(manuscript)
    assert counted.words.total() == count_words(manuscript.text)
    assert counted.characters.total() == count_characters(manuscript.text)


@given(st.lists(manuscripts, max_size=4))
def test_paragraphs_may_be_counted_one_by_one(lines: list[Manuscript]) -> None:
    whole = Manuscript.of(
        "\n".join(line.text for line in lines),
        [run for line in lines for run in ((1, EARLIER), *line.runs)][1:],
    )
    one_by_one, at_once = added(map(tally, lines)), tally(whole)
    assert one_by_one.words == at_once.words
    assert +one_by_one.characters == +at_once.characters
    assert one_by_one.paragraphs == at_once.paragraphs


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "0 %"),
        (0, 9, "0 %"),
        (9, 9, "100 %"),
        (1, 3, "33.3 %"),
        (1, 10**6, "0.1 %"),
        (9999, 10**4, "99.9 %"),
    ],
)
def test_shares(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words


@given(manuscripts)
def test_the_file_for_programs_has_every_span(manuscript: Manuscript) -> None:
    content = json.loads(as_json(manuscript, "Book", WHEN))
    spans = content["spans"]
    rebuilt = [
        (span["end"] - span["start"], Source(Author(span["author"]), span["model"], span["when"]))
        for span in spans
    ]
    assert Manuscript.of(manuscript.text, rebuilt) == manuscript
    assert [span["start"] for span in spans] == [0, *(span["end"] for span in spans)][: len(spans)]
    assert sum(source["words"] for source in content["totals"]["sources"]) == content["totals"]["words"]
    assert content["when"] == "2026-11-23T00:00:00Z"


def test_the_note_says_how_much_was_typed_by_hand() -> None:
    note = as_markdown(MANUSCRIPT, "My *Book*", WHEN)
    assert note.startswith("# Who wrote “My \\*Book\\*”\n\nOf 8 words, 2 (25.0 %) were typed by hand")
    assert "| Continued by SmolLM2 | 2 | 25.0 % | 3 |" in note
    assert "| Continued by A \\| B | 1 | 12.5 % | 3 |" in note
    assert "“There earlier” is what stood in the file" in note


def test_neither_quotes_the_text() -> None:
    secret = Manuscript.of_one("Xylophone zebra", WRITER)
    for report in (as_json(secret, "Book", WHEN), as_markdown(secret, "Book", WHEN)):
        assert "ylophone" not in report
        assert "zebra" not in report


def test_an_empty_text_has_a_report_too() -> None:
    now = datetime.now(UTC)
    assert json.loads(as_json(Manuscript(), "", now))["spans"] == []
    assert "Of 0 words, 0 (0 %)" in as_markdown(Manuscript(), "", now)
