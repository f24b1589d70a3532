"""`inkling words` with the word model that comes with Inkling."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli.words import bracketed

Inkling = Callable[..., tuple[int, str, str]]
Objects = Callable[[str], list[dict[str, Any]]]
SENTENCE = "The quick brown [fox] jumps over the lazy dog"


def test_the_program_prints_ranked_words(start) -> None:
    process = start("words", SENTENCE)
    output, error = process.communicate(timeout=120)
    words = output.splitlines()
    assert (process.returncode, error, len(words)) == (0, "", 8)
    assert "wolf" in words
    assert all(word.isalpha() for word in words)


def test_json_has_the_same_words_with_scores(inkling: Inkling, objects: Objects) -> None:
    _, plain, _ = inkling("words", SENTENCE, "--top", "5")
    status, output, _ = inkling("words", SENTENCE, "--top", "5", "--json")
    (answer,) = objects(output)
    assert status == 0
    assert answer.keys() == {"suggestions"}
    assert [word["text"] for word in answer["suggestions"]] == plain.split()
    scores = [word["score"] for word in answer["suggestions"]]
    assert scores == sorted(scores, reverse=True)


def test_words_take_the_case_of_the_old_one(inkling: Inkling) -> None:
    assert all(word.istitle() for word in inkling("words", "[Foxes] ran over the hill.")[1].split())
    assert all(word.isupper() for word in inkling("words", "THE [FOX] RAN.")[1].split())


def test_lines_are_answered_in_their_order(inkling: Inkling, objects: Objects, tmp_path: Path) -> None:
    file = tmp_path / "places.jsonl"
    file.write_text(
        '{"id": "a", "text": "😀 The quick fox ran.", "start": 12, "end": 15}\n'
        '\n{"id": 2, "text": "He is happy.", "start": 6, "end": 11}\n',
        encoding="utf-8",
    )
    status, output, _ = inkling("words", "--jsonl", str(file))
    first, second = objects(output)
    assert status == 0
    assert (first["id"], second["id"]) == ("a", 2)
    assert len(first["suggestions"]) == 50
    assert "wolf" in [word["text"] for word in first["suggestions"]]
    assert "glad" in [word["text"] for word in second["suggestions"]]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ('"start": 4, "end": 99', "the place 4 to 99 does not lie within its text of 8 characters"),
        ('"start": -1, "end": 3', "the place -1 to 3"),
        ('"start": 3, "end": 3', "the place 3 to 3"),
        ('"start": true, "end": 3', "“start” should be a whole number"),
        ('"start": 1', "“end” should be a whole number"),
    ],
)
def test_a_bad_place_is_named_with_its_line(inkling: Inkling, tmp_path: Path, place: str, words: str) -> None:
    file = tmp_path / "places.jsonl"
    file.write_text(
        '{"id": 1, "text": "The fox.", "start": 4, "end": 7}\n{"id": 2, "text": "The fox.", ' + place + "}\n"
    )
    status, output, error = inkling("words", "--jsonl", str(file), "--top", "1")
    assert (status, output.count("\n"), error.count("\n")) == (1, 1, 1)
    assert error.startswith(f"Line 2: {words}")


def test_nothing_to_offer_is_said(inkling: Inkling) -> None:
    status, output, error = inkling("words", "今天[今天天气很好]")
    assert (status, output, error) == (0, "", "No other word fits here.\n")


def test_a_causal_model_is_refused_in_words(inkling: Inkling, starter_model: Path) -> None:
    status, _, error = inkling("words", SENTENCE, "--model", str(starter_model))
    assert status == 1
    assert "continues text" in error


def test_spaces_in_the_brackets_are_not_the_words() -> None:
    place = bracketed("The [ fox ] ran")
    assert place.text == "The  fox  ran"
    assert place.text[place.start : place.end] == "fox"
