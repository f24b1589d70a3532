"""`inkling complete` with the real starter model."""

import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.assist.context import build_context
from app.document.notes import Notes
from app.engines.prompts import Feed
from app.engines.protocols import Sampling, Token
from app.engines.torch_causal import TorchCausalEngine
from app.models.catalog import Catalog

FEEDS: tuple[Feed, ...] = ("raw", "chat")
Inkling = Callable[..., tuple[int, str, str]]
Objects = Callable[[str], list[dict[str, Any]]]
PROMPT = "The old lighthouse keeper climbed the stairs and"

pytestmark = pytest.mark.usefixtures("starter_model")


def test_the_program_streams_text(start) -> None:
    output, error = start("complete", PROMPT, "--max-new-tokens", "8", "--seed", "1").communicate(timeout=120)
    assert output.startswith(" ")
    assert len(output.split()) >= 3
    assert error == ""


def test_ctrl_c_ends_it_cleanly(start) -> None:
    process = start("complete", PROMPT, "--max-new-tokens", "2000", "--json")
    assert process.stdout.readline().startswith("{")
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=120)
    assert (process.returncode, error) == (130, "")


def test_ctrl_c_before_the_model_is_there(start) -> None:
    process = start("complete", "-")
    with pytest.raises(Exception, match="timed out"):
        process.wait(2.0)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=120)
    assert (process.returncode, error) == (130, "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGPIPE")
def test_a_closed_pipe_ends_it_quietly(start) -> None:
    process = start("complete", PROMPT, "--max-new-tokens", "2000", "--json")
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(2.0) == 141
    process.stdin.close()
    process.stderr.close()


def test_lines_are_answered_one_by_one_with_the_model_loaded_once(start, objects: Objects) -> None:
    process = start("complete", "--jsonl", "-", "--max-new-tokens", "4", "--greedy")
    for number in (1, 2):
        process.stdin.write(f'{{"id": {number}, "prompt": "Once upon a"}}\n\n')
        process.stdin.flush()
        (answer,) = objects(process.stdout.readline())
        assert answer["id"] == number
        assert answer["text"]
    output, error = process.communicate("not JSON\n", timeout=120)
    assert (process.returncode, output) == (1, "")
    assert error == "Line 5: it is not JSON.\n"


def test_json_is_the_same_text_token_by_token(inkling: Inkling, objects: Objects) -> None:
    options = ("complete", PROMPT, "--max-new-tokens", "6", "--seed", "4")
    _, plain, _ = inkling(*options)
    status, output, _ = inkling(*options, "--json")
    *tokens, last = objects(output)
    assert status == 0
    assert "".join(token["text"] for token in tokens) + "\n" == plain
    assert all(token.keys() == {"text", "logprob"} and token["logprob"] <= 0 for token in tokens)
    assert last.keys() == {"finished", "tokens", "first_token_ms", "tokens_per_second"}
    assert (last["finished"], last["tokens"]) == ("length", 6)
    assert last["first_token_ms"] > 0
    assert last["tokens_per_second"] > 0


def test_a_seed_repeats_itself(inkling: Inkling) -> None:
    options = ("complete", PROMPT, "--max-new-tokens", "6", "--temperature", "1.5")
    assert inkling(*options, "--seed", "4") == inkling(*options, "--seed", "4")
    assert inkling(*options, "--seed", "4") != inkling(*options, "--seed", "5")


def test_alternatives_count_the_seed_up(inkling: Inkling, objects: Objects) -> None:
    options = ("complete", PROMPT, "--max-new-tokens", "5", "--alternatives", "2")
    _, plain, _ = inkling(*options, "--seed", "7")
    assert inkling(*options, "--seed", "7")[1] == plain
    _, output, _ = inkling(*options, "--seed", "7", "--json")
    texts = []
    for number in (1, 2):
        *tokens, last = [entry for entry in objects(output) if entry["alternative"] == number]
        texts.append("".join(token["text"] for token in tokens) + "\n")
        assert last["finished"] == "length"
    assert plain == "--- 2 of 2 ---\n".join(texts)
    # A batch rounds otherwise than one text alone, which may lead it elsewhere, but not with the first word.
    for text, seed in zip(texts, ("7", "8"), strict=True):
        single = inkling("complete", PROMPT, "--max-new-tokens", "5", "--seed", seed)[1]
        assert text.split()[0] == single.split()[0]


def test_alternatives_in_lines(inkling: Inkling, objects: Objects, tmp_path: Path) -> None:
    file = tmp_path / "prompts.jsonl"
    file.write_text('{"id": "a", "prompt": ""}\n\n{"id": [1], "prompt": "日本 😀 שלום"}\n', encoding="utf-8")
    status, output, _ = inkling(
        "complete", "--jsonl", str(file), "--max-new-tokens", "3", "--alternatives", "2"
    )
    assert status == 0
    answers = objects(output)
    assert [answer["id"] for answer in answers] == ["a", [1]]
    assert all(answer["alternatives"][0] == answer["text"] for answer in answers)
    assert all(len(answer["alternatives"]) == 2 for answer in answers)


def test_the_text_joins_what_stands_there(inkling: Inkling) -> None:
    options = ("--greedy", "--max-new-tokens", "4")
    _, joined, _ = inkling("complete", "The quick brown fox", *options)
    _, spaced, _ = inkling("complete", "The quick brown fox ", *options)
    assert spaced == joined.lstrip()


def test_a_model_is_shown_the_text_as_the_catalogue_says(
    inkling: Inkling, starter_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = TorchCausalEngine()
    list(engine.load(starter_model, "cpu"))
    starter = Catalog.shipped().default("causal")
    said = []
    for feed in FEEDS:
        catalog = Catalog((replace(starter, feed=feed),))
        monkeypatch.setattr(Catalog, "shipped", lambda catalog=catalog: catalog)
        steps = engine.generate(build_context(Notes(), PROMPT, feed), Sampling.greedy(), 12)
        said.append("".join(step.text for step in steps if isinstance(step, Token)))
        assert inkling("complete", PROMPT, "--greedy", "--max-new-tokens", "12")[1] == said[-1] + "\n"
    assert said[0] != said[1]


def test_a_prompt_from_standard_input(start) -> None:
    said = start("complete", "-", "--greedy", "--max-new-tokens", "4").communicate(
        PROMPT + "\n", timeout=120
    )[0]
    assert said == start("complete", PROMPT, "--greedy", "--max-new-tokens", "4").communicate(timeout=120)[0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[1]", "it is not a JSON object"),
        ('{"prompt": "x"}', "there is no “id”"),
        ('{"id": 1}', "“prompt” should be text"),
        ('{"id": 1, "prompt": 2}', "“prompt” should be text"),
        ('{"id": 1, "prompt": "\\ud83d"}', "“prompt” holds half a character"),
        ('{"id": ["\\ud83d"], "prompt": "x"}', "“id” holds half a character"),
        ("[" * 100_000, "it is not JSON"),
    ],
)
def test_a_bad_line_is_named(inkling: Inkling, tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "prompts.jsonl"
    file.write_text('{"id": 0, "prompt": "Once"}\n' + line + "\n")
    status, output, error = inkling("complete", "--jsonl", str(file), "--max-new-tokens", "1")
    assert status == 1
    assert output.count("\n") == 1
    assert error == f"Line 2: {words}.\n"


def test_a_line_that_is_not_utf8_is_named(inkling: Inkling, tmp_path: Path) -> None:
    file = tmp_path / "prompts.jsonl"
    file.write_bytes(b'{"id": 0, "prompt": "Once"}\n{"id": 1, "prompt": "\xff"}\n')
    status, output, error = inkling("complete", "--jsonl", str(file), "--max-new-tokens", "1")
    assert (status, output.count("\n"), error) == (1, 1, "Line 2: it is not valid UTF-8.\n")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["x", "--model", "/nowhere/at all"], "There is no folder /nowhere/at all."),
        (["--jsonl", "/nowhere/at all"], "The file /nowhere/at all could not be opened."),
    ],
)
def test_what_is_missing_gets_one_line(inkling: Inkling, options: list[str], words: str) -> None:
    status, output, error = inkling("complete", *options)
    assert (status, output) == (1, "")
    assert error.startswith(words)
    assert error.count("\n") == 1


def test_a_model_that_is_not_prepared_gets_one_line(inkling: Inkling, tmp_path: Path) -> None:
    status, _, error = inkling("complete", "x", "--data-dir", str(tmp_path))
    assert status == 1
    assert "inkling models prepare" in error
    assert error.count("\n") == 1


def test_a_masked_model_is_refused_in_words(inkling: Inkling, word_model: Path) -> None:
    status, _, error = inkling("complete", "x", "--model", str(word_model))
    assert status == 1
    assert "finds words" in error


def test_the_writers_settings_choose_the_model(inkling: Inkling, tmp_path: Path, starter_model: Path) -> None:
    settings = tmp_path / "config" / "settings.toml"
    settings.parent.mkdir()
    settings.write_text(f"[models]\ncausal = {str(starter_model)!r}\n")
    options = ("complete", "x", "--max-new-tokens", "1", "--data-dir", str(tmp_path))
    assert inkling(*options)[0] == 0
    settings.write_text("this is [not TOML")
    status, _, error = inkling(*options, "--model", str(starter_model))
    assert status == 0
    assert "damaged" in error
