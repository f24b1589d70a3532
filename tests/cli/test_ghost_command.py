"""`inkling ghost` with the starter model."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Inkling = Callable[..., tuple[int, str, str]]
Objects = Callable[[str], list[dict[str, Any]]]
SURE = "He was born in London, in the United "
UNSURE = "The next thing that came to her mind was "


@pytest.fixture
def ghost(inkling: Inkling, starter_model: Path) -> Inkling:
    return lambda *arguments: inkling("ghost", *arguments, "--model", str(starter_model))


def test_it_prints_what_it_is_sure_of(ghost: Inkling) -> None:
    status, output, error = ghost(SURE)
    assert (status, error) == (0, "")
    assert output.split()[0] in ("Kingdom", "States", "Kingdom,", "States,")


def test_silence_is_told_beside_the_output(ghost: Inkling) -> None:
    assert ghost(UNSURE, "--often", "0") == (0, "", "Nothing is sure enough here.\n")


def test_json_has_the_same_text(ghost: Inkling, objects: Objects) -> None:
    _, plain, _ = ghost(SURE)
    assert objects(ghost(SURE, "--json")[1]) == [{"text": plain.rstrip("\n")}]
    assert objects(ghost(UNSURE, "--often", "0", "--json")[1]) == [{"text": ""}]


def test_lines_are_answered_in_their_order(ghost: Inkling, objects: Objects, tmp_path: Path) -> None:
    file = tmp_path / "prompts.jsonl"
    rows = [{"id": "a", "prompt": SURE}, {"id": 2, "prompt": ""}, {"id": None, "prompt": SURE}]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    status, output, _ = ghost("--jsonl", str(file))
    answers = objects(output)
    assert status == 0
    assert [answer["id"] for answer in answers] == ["a", 2, None]
    assert answers[0]["text"] == answers[2]["text"] != ""
    assert answers[1]["text"] == ""


def test_the_oftener_it_may_the_more_it_says(ghost: Inkling) -> None:
    seldom = ghost("She opened the door and looked at ", "--often", "0")[1]
    often = ghost("She opened the door and looked at ", "--often", "1")[1]
    assert len(seldom) < len(often)


@pytest.mark.parametrize("wrong", ["-0.1", "1.1", "much"])
def test_how_often_lies_between_0_and_1(inkling: Inkling, wrong: str) -> None:
    assert inkling("ghost", SURE, "--often", wrong)[0] == 2


def test_a_line_without_a_prompt_is_refused(ghost: Inkling, tmp_path: Path) -> None:
    file = tmp_path / "prompts.jsonl"
    file.write_text('{"id": 1}\n', encoding="utf-8")
    status, output, error = ghost("--jsonl", str(file))
    assert (status, output) == (1, "")
    assert "Line 1" in error
