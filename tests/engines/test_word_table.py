"""The table of words: what it answers, and how it is kept."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app.engines.word_table import FILE_NAME, Form, Forms, Kind, Relations, WordTable
from app.errors import InklingError

WORDS = ["walk", "walked", "stroll", "strolled", "stopped", "round", "café"]
LEMMAS = ["café", "round", "stop", "stroll", "walk", "walked"]
PAST = Form.PAST | Form.PARTICIPLE
FORMS = [  # entry, lemma, form
    (0, 4, Form.VERB), (1, 5, Form(0)), (1, 4, PAST), (2, 3, Form.VERB), (3, 3, PAST), (4, 2, PAST),
    (5, 1, Form.ADJECTIVE), (5, 1, Form.NOUN), (6, 0, Form.NOUN),
]  # fmt: skip
RELATED = {  # of each lemma: lemma, kinds, overlap
    2: [(4, Kind.ANTONYM, 0)],
    3: [(4, Kind.SYNONYM | Kind.LISTED, 255)],
    4: [(2, Kind.ANTONYM, 0), (3, Kind.SYNONYM | Kind.LISTED, 51)],
    5: [(3, Kind.SIMILAR, 102)],
}


@pytest.fixture
def table() -> WordTable:
    chance = torch.Generator().manual_seed(1)
    rows = [RELATED.get(lemma, []) for lemma in range(len(LEMMAS))]
    return WordTable(
        WORDS,
        LEMMAS,
        torch.nn.functional.normalize(torch.randn(len(WORDS), 192, generator=chance), dim=-1),
        torch.randn(24, generator=chance),
        torch.randn(24, 192, generator=chance),
        torch.arange(len(WORDS)).float(),
        Forms(*torch.tensor(FORMS).T),
        Relations(
            torch.tensor([0, *map(len, rows)]).cumsum(0), *torch.tensor([r for row in rows for r in row]).T
        ),
    )


def test_a_table_is_read_as_it_was_written(table: WordTable, tmp_path: Path) -> None:
    table.save(tmp_path)
    again = WordTable.load(tmp_path)
    assert again
    assert (again.words, again.lemmas) == (WORDS, LEMMAS)
    assert again.vectors.norm(dim=-1).tolist() == pytest.approx([1.0] * len(WORDS))
    assert ((again.vectors * table.vectors).sum(-1) > 0.99).all()
    for part in ("centre", "projection", "log_frequency"):
        assert torch.equal(getattr(again, part), getattr(table, part))
    for ours, theirs in ((again.forms, table.forms), (again.relations, table.relations)):
        assert all(torch.equal(column, vars(theirs)[name]) for name, column in vars(ours).items())


def test_there_may_be_more_lemmas_than_16_bits_can_count(table: WordTable, tmp_path: Path) -> None:
    count = 2**16 + 2
    numbers = torch.arange(count)
    kinds = torch.full([count], int(Kind.SYNONYM))
    words = [f"word{number}" for number in range(count)]
    replace(
        table,
        words=words,
        lemmas=words,
        vectors=torch.ones(count, 1),
        log_frequency=torch.zeros(count),
        forms=Forms(numbers, numbers, torch.full([count], int(Form.NOUN))),
        relations=Relations(torch.arange(count + 1), numbers.flip(0), kinds, torch.zeros(count)),
    ).save(tmp_path)
    again = WordTable.load(tmp_path)
    assert again
    assert again.siblings(count - 1) == [(count - 1, Form.NOUN)]
    assert again.related([0])[0].tolist() == [count - 1]


def test_a_contextual_vector_is_centred_and_projected(table: WordTable) -> None:
    hidden = torch.randn(3, 24)
    projected = table.project(hidden)
    assert projected.norm(dim=-1).tolist() == pytest.approx([1.0] * 3)
    straight = (hidden[0] - table.centre) @ table.projection
    assert torch.cosine_similarity(projected[0], straight, dim=0) == pytest.approx(1)


def test_forms_and_siblings(table: WordTable) -> None:
    assert table.forms_of("walked") == PAST
    assert table.forms_of("round") == Form.NOUN | Form.ADJECTIVE
    assert table.forms_of("unheard") == Form(0)
    assert set(table.siblings(table.index["walked"])) == {(1, Form(0)), (0, Form.VERB), (1, PAST)}


@pytest.mark.parametrize(
    ("word", "lemmas"),
    [
        ("walked", {"walk", "walked"}), ("walks", {"walk"}), ("walking", {"walk"}), ("rounder", {"round"}),
        ("stop", {"stop"}), ("unheard", set()),
    ],
)  # fmt: skip
def test_lemmas_of_a_word_and_of_a_form_that_is_no_entry(
    table: WordTable, word: str, lemmas: set[str]
) -> None:
    assert {LEMMAS[lemma] for lemma in table.lemmas_of(word)} == lemmas


def test_entries_are_related_through_their_lemmas(table: WordTable) -> None:
    entries, kinds, overlap = table.related(table.lemmas_of("walked"))
    named = {
        WORDS[entry]: {kind for kind, there in zip(Kind, row, strict=True) if there}
        for entry, row in zip(entries.tolist(), kinds.tolist(), strict=True)
    }
    # "walked" is a form of "walk" and a lemma by itself: all that either has, and the greater overlap.
    near = {Kind.SYNONYM, Kind.LISTED, Kind.SIMILAR}
    assert named == {"stroll": near, "strolled": near, "stopped": {Kind.ANTONYM}}
    assert overlap.tolist() == pytest.approx([0.4, 0.4, 0])


def test_nothing_is_related_to_no_lemma(table: WordTable) -> None:
    assert [len(part) for part in table.related([])] == [0, 0, 0]


def test_a_model_may_have_no_table(tmp_path: Path) -> None:
    assert WordTable.load(tmp_path) is None


@pytest.mark.parametrize("damage", ["empty", "cut", "foreign"])
def test_a_damaged_table_is_said_to_be(table: WordTable, tmp_path: Path, damage: str) -> None:
    table.save(tmp_path)
    file = tmp_path / FILE_NAME
    whole = file.read_bytes()
    content = {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "foreign": whole.replace(b'"words"', b'"sword"'),
    }
    file.write_bytes(content[damage])
    with pytest.raises(InklingError) as caught:
        WordTable.load(tmp_path)
    assert caught.value.message == f"The word table of the model in {tmp_path} is damaged."
    assert caught.value.hint


def test_what_comes_with_inkling_stays_small(word_model: Path) -> None:
    assert (word_model / "model.safetensors").stat().st_size < 50_000_000
    assert (word_model / FILE_NAME).stat().st_size < 20_000_000


def test_the_bundled_table_belongs_to_the_bundled_model(word_model: Path) -> None:
    table = WordTable.load(word_model)
    assert table
    assert len(table.words) == len(table.vectors) == len(table.log_frequency) > 30_000
    assert {"heavy", "walked", "mice", "gave up", "at once"} <= table.index.keys()
    heavy, light = table.lemmas_of("heavy"), table.index["light"]
    entries, kinds, _ = table.related(heavy)
    assert kinds[entries == light, int(Kind.ANTONYM).bit_length() - 1].tolist() == [1]
