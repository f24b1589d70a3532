"""Manuscripts for tests, and the plainest way to edit one: as a list of UTF-16 units and their sources."""

from hypothesis import strategies as st

from app.document.manuscript import EARLIER, WRITER, Author, Edit, Manuscript, Source

MODEL = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:30:00Z")
SOURCES = [EARLIER, WRITER, MODEL]
HALVES = "\ud83d\ude00"  # what Qt counts as two, and can tear apart

Units = list[tuple[int, Source]]


def from_parts(parts: list[tuple[str, Source]]) -> Manuscript:
    return Manuscript.of("".join(text for text, _ in parts), [(len(text), source) for text, source in parts])


texts = st.text(st.sampled_from("ab \né漢\N{GRINNING FACE}" + HALVES), max_size=8)
manuscripts = st.lists(st.tuples(texts, st.sampled_from(SOURCES)), max_size=4).map(from_parts)
whole_manuscripts = st.lists(
    st.tuples(st.text(st.sampled_from("ab \né漢\N{GRINNING FACE}"), max_size=8), st.sampled_from(SOURCES)),
    max_size=4,
).map(from_parts)


def units(manuscript: Manuscript) -> Units:
    found: Units = []
    begin = 0
    for length, source in manuscript.runs:
        content = manuscript.text[begin : begin + length].encode("utf-16-le", "surrogatepass")
        found += [(int.from_bytes(content[i : i + 2], "little"), source) for i in range(0, len(content), 2)]
        begin += length
    return found


def edit_at(length: int, share: float, removed_share: float, inserted: Manuscript) -> Edit:
    """Return an edit of a text of so many units."""
    position = round(share * length)
    return Edit(position, round(removed_share * (length - position)), inserted)


def edited(content: Units, edit: Edit) -> Units:
    end = edit.position + edit.removed
    return content[: edit.position] + units(edit.inserted) + content[end:]
