from hypothesis import given
from hypothesis import strategies as st
from manuscript_model import MODEL, edit_at, edited, manuscripts, units, whole_manuscripts

from app.document.difference import only_edit
from app.document.manuscript import WRITER, Edit, EditedManuscript, Manuscript


@given(manuscripts, manuscripts)
def test_the_edit_leads_from_one_to_the_other(old: Manuscript, new: Manuscript) -> None:
    edit = only_edit(old, new)
    if edit is None:
        assert old == new
    else:
        assert edited(units(old), edit) == units(new)


@given(whole_manuscripts, st.floats(0, 1), st.floats(0, 1), whole_manuscripts)
def test_the_edit_is_no_longer_than_what_was_done(old: Manuscript, share, removed_share, inserted) -> None:
    done = edit_at(len(old.text), share, removed_share, inserted)
    plain = EditedManuscript(Manuscript.of_one("x" * len(old.text)))
    plain.apply(done)
    new = plain.manuscript()
    found = only_edit(Manuscript.of_one("x" * len(old.text)), new)
    if found is not None:
        assert found.removed <= done.removed
        assert len(found.inserted.text) <= len(inserted.text)


def test_the_same_words_by_another_hand_are_a_change() -> None:
    old = Manuscript.of_one("one two three", WRITER)
    new = Manuscript.of("one two three", [(4, WRITER), (3, MODEL), (6, WRITER)])
    assert only_edit(old, new) == Edit(4, 3, Manuscript.of_one("two", MODEL))
