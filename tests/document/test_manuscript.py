import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.manuscript import (
    EARLIER,
    WRITER,
    Author,
    Edit,
    EditedManuscript,
    Manuscript,
    Source,
    joined,
    runs_from_json,
    runs_to_json,
)

MODEL = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:30:00Z")
characters = st.characters(codec="utf-8", exclude_characters="\r")
texts = st.text(characters, max_size=12)
manuscripts = st.lists(st.tuples(texts, st.sampled_from([EARLIER, WRITER, MODEL])), max_size=5).map(
    lambda parts: Manuscript.of("".join(t for t, _ in parts), [(len(t), s) for t, s in parts])
)


def test_runs_are_joined_and_empty_ones_left_out() -> None:
    assert joined([(2, WRITER), (0, MODEL), (3, WRITER), (1, MODEL)]) == ((5, WRITER), (1, MODEL))


def test_runs_must_cover_the_text() -> None:
    with pytest.raises(ValueError, match="cover"):
        Manuscript.of("four", [(3, WRITER)])


@given(manuscripts)
def test_runs_survive_json(manuscript: Manuscript) -> None:
    assert runs_from_json(json.loads(json.dumps(runs_to_json(manuscript.runs)))) == manuscript.runs


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"sources": [], "runs": [[1, 0]]},
        {"sources": [{"author": "nobody", "model": "", "when": ""}], "runs": []},
        {"sources": [{"author": "writer", "model": "", "when": ""}], "runs": [[-1, 0]]},
        {"sources": [{"author": "writer", "model": "", "when": ""}], "runs": [[1, -1]]},
        {"sources": 3, "runs": None},
        {"sources": [{"author": "writer", "model": "", "when": ""}], "runs": [["x", 0]]},
    ],
)
def test_what_holds_no_runs_is_refused(content) -> None:
    with pytest.raises(ValueError, match=r"runs|negative|nobody|invalid literal"):
        runs_from_json(content)


@given(manuscripts, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), manuscripts), max_size=6))
def test_edits_change_text_and_sources_alike(manuscript: Manuscript, edits) -> None:
    edited = EditedManuscript(manuscript)
    expected = _by_character(manuscript)
    for share, removed_share, inserted in edits:
        start = round(share * len(expected))
        end = start + round(removed_share * (len(expected) - start))
        units = [len("".join(c for c, _ in expected[a:b]).encode("utf-16-le")) // 2
                 for a, b in ((0, start), (start, end))]  # fmt: skip
        edited.apply(Edit(*units, inserted))
        expected[start:end] = _by_character(inserted)
    assert _by_character(edited.manuscript()) == expected


def test_an_edit_outside_of_the_text_is_refused() -> None:
    edited = EditedManuscript(Manuscript.of_one("abc"))
    with pytest.raises(ValueError, match="outside"):
        edited.apply(Edit(2, 2, Manuscript()))


def _by_character(manuscript: Manuscript) -> list[tuple[str, Source]]:
    sources = [source for length, source in manuscript.runs for _ in range(length)]
    return list(zip(manuscript.text, sources, strict=True))
