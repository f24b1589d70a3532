"""How likely texts are behind a prompt, against transformers' reading of the same tokens."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from engine_runs import GREEDY, load, run
from tiny_decoders import EVERY
from tiny_models import CAUSAL, CONTEXT
from transformers import AutoModelForCausalLM

from app.engines import torch_causal
from app.engines.prompts import Passage
from app.engines.protocols import Checked, Prefilled, Token, WeighedPiece
from app.engines.tokenizer_loading import load_tokenizer, special_token_ids
from app.engines.torch_causal import TorchCausalEngine
from app.engines.weighing import CHUNK, as_pieces
from app.errors import InklingError

LINE = "The old lighthouse keeper climbed the stairs\n"
TEXT = "The fox ran over the hill; the dog, naïve 日本 😀, was slow.\n"
TOLERANCE = 2e-4  # of log-probabilities in float32, added up


@pytest.fixture(params=[*CAUSAL, *EVERY])
def folder(request: pytest.FixtureRequest, tiny_model: Callable[[str], Path]) -> Path:
    return tiny_model(request.param)


@pytest.fixture
def engine(folder: Path, float32: None) -> TorchCausalEngine:
    engine = TorchCausalEngine()
    load(engine, folder, "float32")
    return engine


class Reference:
    """transformers' float32 reading of a folder, one text at a time."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = load_tokenizer(folder)
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)

    @torch.inference_mode()
    def behind(self, ids: list[int]) -> torch.Tensor:
        """Return the log-probabilities behind each token, [tokens, vocabulary]."""
        logits: torch.Tensor = self.model(torch.tensor([ids])).logits[0]
        return logits.log_softmax(-1)

    def of(self, page: str, text: str) -> float:
        """Return the log-probability of the tokens behind those of the page."""
        before, ids = self.tokenizer.encode(page).ids, self.tokenizer.encode(page + text).ids
        assert ids[: len(before)] == before
        told = self.behind(ids)
        return sum(float(told[place - 1, ids[place]]) for place in range(len(before), len(ids)))

    def begun(self, before: str, word: str) -> float:
        """Return how likely it is that behind `before` a text begins with the letters of `word`.

        Every token of the vocabulary is tried behind every beginning of the word's own tokens.
        """
        base = self.tokenizer.encode(before).ids
        own = self.tokenizer.encode(before + word).ids[len(base) :]
        told = self.behind(base + own)[len(base) - 1 :]
        specials = special_token_ids(self.tokenizer)
        best: dict[str | int, float] = {}
        for split in range(len(own) + 1):
            sure = sum(float(told[place, own[place]]) for place in range(split))
            for token in range(told.shape[1]):
                written = self._written(base, own[:split], token, before)
                whole, broken = split == len(own), "\ufffd" in written
                covers = token not in specials and len(written) > len(word)
                if (whole or covers) and written.startswith(word):
                    key = token if broken or token in specials else written
                    best[key] = max(best.get(key, -math.inf), sure + float(told[split, token]))
        return float(torch.tensor(list(best.values())).logsumexp(0))

    def _written(self, base: list[int], own: list[int], token: int, before: str) -> str:
        decoded: str = self.tokenizer.decode([*base, *own, token], skip_special_tokens=True)
        return decoded.removeprefix(before)


def total(pieces: tuple[WeighedPiece, ...]) -> float:
    return sum(piece.logprob for piece in pieces)


def test_texts_are_as_likely_as_transformers_says(engine: TorchCausalEngine, folder: Path) -> None:
    texts = [TEXT, "x", TEXT * 5, "quick brown fox"]
    _, weighed = run(engine.weigh(LINE * 2, texts))
    reference = Reference(folder)
    expected = [reference.of(LINE * 2, text) for text in texts]
    assert [total(pieces) for pieces in weighed] == pytest.approx(expected, abs=TOLERANCE * 20, rel=1e-4)
    assert ["".join(piece.text for piece in pieces) for pieces in weighed] == texts


@pytest.mark.parametrize("folder", CAUSAL, indirect=True)
@pytest.mark.parametrize(
    ("before", "word", "rest"),
    [
        ("The old", " lighth", "ouse keeper climbed"),
        ("The old", " fox", " ran over"),
        ("She ran over the", " hi", "ll and the dog"),
        ("The quick brown", " ", "fox ran"),
    ],
)
def test_a_word_that_the_prompt_breaks_off_is_weighed_as_the_tokenizer_writes_it_whole(
    engine: TorchCausalEngine, folder: Path, before: str, word: str, rest: str
) -> None:
    _, [pieces] = run(engine.weigh(before + word, [rest]))
    reference = Reference(folder)
    expected = reference.of(before, word + rest) - reference.begun(before, word)
    assert total(pieces) == pytest.approx(min(expected, 0), abs=0.02)  # but for halves of characters
    assert "".join(piece.text for piece in pieces) == rest


@pytest.mark.parametrize("folder", CAUSAL, indirect=True)
def test_several_texts_are_weighed_as_each_alone(engine: TorchCausalEngine) -> None:
    texts = [" ran over the hill", "es and dogs", TEXT * 3, ""]
    together = run(engine.weigh("The old fox", texts))[1]
    for text, pieces in zip(texts, together, strict=True):
        alone = run(engine.weigh("The old fox", [text]))[1][0]
        assert [piece.text for piece in pieces] == [piece.text for piece in alone]
        assert total(pieces) == pytest.approx(total(alone), abs=TOLERANCE * 10)
    assert together[-1] == ()


@pytest.mark.parametrize("folder", ["gpt2", "qwen2"], indirect=True)
@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("The old lighth", "ouse keeper"),
        ("l", "ighthouse"),
        ("The fox  ", "ran"),
        ("", "The fox"),
        ("😀", "日"),
    ],
)
def test_behind_a_note_a_text_is_weighed_as_behind_both_in_one(
    engine: TorchCausalEngine, page: str, text: str
) -> None:
    note = "It is late.\n\n"  # byte-level tokens end with a line, so that both are read alike
    [apart] = run(engine.weigh((Passage("note", note), Passage("text", page)), [text]))[1]
    [together] = run(engine.weigh(note + page, [text]))[1]
    assert total(apart) == pytest.approx(total(together), abs=TOLERANCE * 10)


def test_what_generate_has_read_is_not_read_again(engine: TorchCausalEngine) -> None:
    run(engine.prefill(LINE))
    run(engine.weigh(LINE + "The dog", [TEXT]))
    assert run(engine.prefill(LINE))[0] == []
    steps, _ = run(engine.generate(LINE, GREEDY, 1))
    assert [type(step) for step in steps] == [Token]


@pytest.mark.parametrize("folder", ["gpt2", "qwen2", "gpt neox"], indirect=True)
def test_a_prompt_that_was_read_is_not_read_again_to_weigh(engine: TorchCausalEngine) -> None:
    run(engine.prefill(LINE * 3))
    for text in ("The fox", "A dog ran"):
        steps, _ = run(engine.weigh(LINE * 3, [text]))
        read = [step for step in steps if isinstance(step, Prefilled)]
        assert len(read) == 1  # the text
        assert steps[-1] == Checked(steps[-1].total, steps[-1].total)


@pytest.mark.parametrize("folder", CAUSAL, indirect=True)
def test_closed_between_any_two_steps_it_stays_usable(engine: TorchCausalEngine) -> None:
    whole = run(engine.weigh(LINE * 4, [TEXT * 3, TEXT]))[1]
    for stop in range(1, 7):
        steps = engine.weigh(LINE * 3 + "x", [TEXT * 2, TEXT])
        for _ in range(stop):
            next(steps, None)
        steps.close()
        again = run(engine.weigh(LINE * 4, [TEXT * 3, TEXT]))[1]
        assert [total(pieces) for pieces in again] == pytest.approx([total(p) for p in whole], abs=1e-2)


@pytest.mark.parametrize("folder", ["gpt2", "llama", "mistral", "lean llama"], indirect=True)
def test_texts_longer_than_the_context_are_weighed_to_their_end(engine: TorchCausalEngine) -> None:
    long = TEXT * (2 * CONTEXT // 20)
    _, weighed = run(engine.weigh(LINE * CONTEXT, [long, TEXT]))
    assert "".join(piece.text for piece in weighed[0]) == long
    assert all(math.isfinite(piece.logprob) and piece.logprob <= 0 for pieces in weighed for piece in pieces)
    assert len(weighed[0]) > 4 * CHUNK


@pytest.mark.parametrize("folder", ["gpt2"], indirect=True)
def test_what_was_weighed_is_forgotten_where_it_is_large(
    engine: TorchCausalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def passes_of_a_second_time() -> int:
        run(engine.weigh(LINE * 32, [TEXT]))
        return sum(isinstance(step, Prefilled) for step in run(engine.weigh(LINE * 32, [TEXT + TEXT]))[0])

    kept = passes_of_a_second_time()
    monkeypatch.setattr(torch_causal, "KEPT_ASIDE", 0)
    run(engine.weigh("x", ["y"]))
    assert passes_of_a_second_time() > kept


@pytest.mark.parametrize("folder", ["gpt2"], indirect=True)
def test_unloaded_it_says_so(engine: TorchCausalEngine) -> None:
    steps = engine.weigh(LINE, [TEXT * 4])
    next(steps)
    engine.unload()
    with pytest.raises(InklingError, match="No model"):
        run(steps)
    with pytest.raises(InklingError, match="No model"):
        run(engine.weigh(LINE, [TEXT]))


def test_tokens_within_a_character_are_one_piece_with_the_one_before() -> None:
    pieces = as_pieces("a日b", [0, 1, 2, 2, 3], [-1.0, -2.0, -0.5, -0.25, -3.0], leading=-4.0)
    assert pieces == (WeighedPiece("a", -7.0), WeighedPiece("日", -0.75), WeighedPiece("b", -3.0))


def test_what_the_tokenizer_leaves_out_belongs_to_the_last_piece() -> None:
    assert as_pieces("a  ", [1], [-1.0]) == (WeighedPiece("a  ", -1.0),)
    assert as_pieces("  ", [], []) == (WeighedPiece("  ", 0.0),)
