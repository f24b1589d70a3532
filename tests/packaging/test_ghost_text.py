"""The prompts that ghost text is measured by, and how it is scored."""

import bz2
import gzip
import json
from pathlib import Path
from random import Random

import numpy as np
import pytest

from curve import calibrated, line, logistic, report
from cut_prompts import KNOWN_BY, LONGEST, NEXT, SHORTEST, Cut, cut, first_word, read_cuts

SENTENCE = "The road number {} came down from the hills, and the old man who walked on it was tired by then. "


def paragraph(number: str) -> str:
    return SENTENCE.format(number) * 5


def texts(folder: Path) -> Path:
    """Write two files of three documents, of four paragraphs each and some that are too short."""
    for book, name in enumerate(("fiction_standardebooks", "nonfiction_openstax")):
        documents = [
            "\n".join(["Too short.", *(paragraph(f"{book}{document}{place}") for place in range(4))])
            for document in range(3)
        ]
        (folder / f"{name}.txt.bz2").write_bytes(bz2.compress("\n\n".join(documents).encode()))
    return folder


def test_prompts_are_cut_between_two_words(tmp_path: Path) -> None:
    cuts = list(cut(texts(tmp_path), set(), Random(1)))
    assert len(cuts) == 24
    assert len({one.id for one in cuts}) == 24
    assert len({one.group for one in cuts}) == 6
    for one in cuts:
        assert SHORTEST <= len(one.prompt) <= LONGEST
        assert len(one.next) <= NEXT
        assert one.prompt[-2].isalnum()
        assert one.prompt[-1] == " "
        assert one.next[0].isalnum()
        assert " the hills, and the old man " in one.prompt + one.next


def test_paragraphs_that_decide_are_left_out(tmp_path: Path) -> None:
    folder = texts(tmp_path)
    known = paragraph("000")
    assert any(one.prompt.startswith(known[:KNOWN_BY]) for one in cut(folder, set(), Random(1)))
    left = list(cut(folder, {known[:KNOWN_BY]}, Random(1)))
    assert len(left) == 23
    assert not any(one.prompt.startswith(known[:KNOWN_BY]) for one in left)


@pytest.mark.parametrize("packed", [True, False])
def test_prompts_are_read_packed_or_not(tmp_path: Path, packed: bool) -> None:
    content = json.dumps({"id": "a", "prompt": "The old ", "next": "fox — ran"}).encode()
    file = tmp_path / ("some.jsonl.gz" if packed else "some.jsonl")
    file.write_bytes(gzip.compress(content) if packed else content)
    assert read_cuts(file) == [Cut("a", "The old ", "fox — ran")]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (" Fox ran", "fox"),
        ("don’t", "don't"),
        ("well-known.", "well-known"),
        (", and", ","),
        ("", ""),
        (" ", ""),
    ],
)
def test_the_first_word(text: str, word: str) -> None:
    assert first_word(text) == word


def test_nothing_is_not_right() -> None:
    assert not Cut("a", "", "").is_right("")


def test_a_line_tells_how_many_of_the_surest_are_right() -> None:
    scored = [(1 - place / 100, place < 20) for place in range(100)]
    assert line("half", scored).split(" | ")[-2:] == ["100.0", "100.0 |"]
    assert line("half", scored).split(" | ")[1] == f"{100 * 20 / 41:.1f}"


def test_a_logistic_finds_its_weights() -> None:
    dice = np.random.default_rng(3)
    inputs = np.c_[np.ones(4000), dice.normal(size=(4000, 2))]
    chances = 1 / (1 + np.exp(-inputs @ [0.5, 2.0, -1.0]))
    found = logistic(inputs, (dice.random(4000) < chances).astype(float))
    assert found == pytest.approx([0.5, 2.0, -1.0], abs=0.2)


def test_the_report_names_every_way() -> None:
    dice = Random(4)
    rows = []
    for number in range(100):
        sure = dice.random()
        right = dice.random() < sure
        row = {
            "id": f"book-{number}-0",
            "prompt": f"The old{'er' * (number % 3)} ",
            "removed": 1 + number % 3,
        }
        row |= {"next": "fox ran" if right else "dog ran", "plain": ["fox", sure], "healed": ["fox", sure]}
        words = [["fox", sure * 0.99], ["cats" if number % 2 else "I", (1 - sure) / 2]]
        left = {"fox": dice.random()}
        rows.append(row | {"words": words, "left": left, "both": left})
    lines = list(report(rows))
    assert sum(one.startswith("| ") and "words missing" in one for one in lines) == 8
    assert any("token healing" in one for one in lines)
    assert calibrated(rows, 1)[1] < 0.65
