"""The likeliest next words, against all ways to write them, weighed by transformers."""

import itertools
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from engine_runs import load, run
from tiny_models import CAUSAL
from torch import Tensor
from transformers import AutoModelForCausalLM

from app.engines.next_words import ROWS_A_WORD
from app.engines.protocols import NextWord
from app.engines.token_bytes import WORD_OR_QUOTE_GOES_ON, TokenBytes
from app.engines.token_healing import encode_page
from app.engines.tokenizer_loading import beginning_ids, load_tokenizer
from app.engines.torch_causal import TorchCausalEngine

LINE = "The old fox ran over the hill.\n"  # no word is broken off behind it, so that nothing is healed
SOME = 12
ALL = 10_000  # more words than there are tokens: every token is gone on from


class EveryWay:
    """Weighs words by all sequences of tokens that write them."""

    def __init__(self, folder: Path) -> None:
        tokenizer = load_tokenizer(folder)
        self.token_bytes = TokenBytes(tokenizer)
        self._model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        self._prompt = [*beginning_ids(tokenizer), *encode_page(LINE, tokenizer, self.token_bytes)]
        size = self._model.config.vocab_size
        self._written = [self.token_bytes.of(token) for token in range(size)]
        goes_on = self.token_bytes.matching(WORD_OR_QUOTE_GOES_ON)
        self._goes_on = goes_on[goes_on < size]

    def whole_tokens(self) -> dict[str, float]:
        """Return the words that one token writes, and their probabilities in that way alone."""
        first = self._after(())
        likely = first.topk(ROWS_A_WORD * SOME).indices.tolist()
        words = {}
        for token in likely:
            text = self._written[token].decode(errors="replace").strip()
            if text.isalpha() and text.isascii():
                words[text] = max(words.get(text, 0.0), self._weigh((token,)))
        return words

    def ways(self, word: str) -> list[float]:
        """Return the probability of each way to write a word, of three tokens at most."""
        texts = [word.encode(), b" " + word.encode()]
        return [self._weigh(way) for text in texts for way in self._splits(text, 3)]

    def _splits(self, text: bytes, most: int) -> Iterator[tuple[int, ...]]:
        for token, written in enumerate(self._written):
            if written and text == written:
                yield (token,)
            elif written and most > 1 and text.startswith(written):
                for rest in self._splits(text[len(written) :], most - 1):
                    yield (token, *rest)

    def _weigh(self, way: tuple[int, ...]) -> float:
        before = [self._after(way[:length])[token] for length, token in enumerate(way)]
        ends = 1 - self._after(way)[self._goes_on].sum()
        return float(math.prod(before) * ends)

    def _after(self, way: tuple[int, ...]) -> Tensor:
        with torch.inference_mode():
            output = self._model(torch.tensor([[*self._prompt, *way]]))
        probabilities: Tensor = output.logits[0, -1].softmax(-1)
        return probabilities


@pytest.fixture(params=CAUSAL)
def family(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def engine(tiny_model: Callable[[str], Path], family: str, float32: None) -> TorchCausalEngine:
    engine = TorchCausalEngine()
    load(engine, tiny_model(family), "float32")
    return engine


@pytest.fixture(scope="module")
def starter(starter_model: Path) -> TorchCausalEngine:
    engine = TorchCausalEngine()
    load(engine, starter_model)
    return engine


@pytest.fixture
def every_way(tiny_model: Callable[[str], Path], family: str) -> EveryWay:
    return EveryWay(tiny_model(family))


def next_words(engine: TorchCausalEngine, prompt: str, count: int) -> list[NextWord]:
    words: list[NextWord] = run(engine.next_words(prompt, count))[1]
    return words


def test_a_word_is_as_likely_as_ways_to_write_it_are_together(
    engine: TorchCausalEngine, every_way: EveryWay
) -> None:
    words = [word for word in next_words(engine, LINE, ALL) if word.text.isascii() and word.text.isalpha()]
    assert words
    for word in words[:6]:
        ways = sorted(every_way.ways(word.text), reverse=True)[:10]
        sums = [sum(some) for count in range(1, 4) for some in itertools.combinations(ways, count)]
        assert min(abs(math.exp(word.logprob) - one) for one in sums) < 3e-4


def test_no_word_of_one_token_is_likelier(engine: TorchCausalEngine, every_way: EveryWay) -> None:
    found = {word.text: math.exp(word.logprob) for word in next_words(engine, LINE, SOME)}
    least = min(found.values())
    for word, probability in every_way.whole_tokens().items():
        assert found.get(word, least) >= probability - 1e-4


def test_everything_together_is_all_but_certain(engine: TorchCausalEngine) -> None:
    words = next_words(engine, LINE, ALL)
    assert 0.2 < sum(math.exp(word.logprob) for word in words) <= 1 + 1e-5


def test_few_words_are_the_best_of_many(engine: TorchCausalEngine) -> None:
    many = next_words(engine, "The old fox ", 40)
    few = next_words(engine, "The old fox ", 20)
    assert few[0].text == many[0].text


def test_the_page_decides_where_a_space_belongs(starter: TorchCausalEngine) -> None:
    behind_space = next_words(starter, "The United ", 3)
    behind_word = next_words(starter, "The United", 3)
    assert behind_space[0].text == "States"
    assert behind_word[0].text == " States"
    assert behind_space[0].logprob == pytest.approx(behind_word[0].logprob, abs=0.2)


def test_a_word_that_was_begun_is_ended(starter: TorchCausalEngine) -> None:
    assert next_words(starter, "Ships are warned by the lighth", 2)[0].text == "ouse"
    assert next_words(starter, "I was tired, but I didn’", 2)[0].text == "t"


def test_punctuation_is_a_word_of_its_own(starter: TorchCausalEngine) -> None:
    words = next_words(starter, "“I do not know”, said the old man. “I do not know", 8)
    assert {".", ","} & {word.text for word in words}


def test_a_word_is_not_the_beginning_of_a_longer_one(starter: TorchCausalEngine) -> None:
    """“lighth” begins as a token before “ouse”; alone it is no word."""
    words = {word.text: math.exp(word.logprob) for word in next_words(starter, "They saw the lig", 8)}
    assert words["hthouse"] + words["hts"] > 0.1
    assert words.get("hth", 0.0) < 0.001
