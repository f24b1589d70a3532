"""Token healing against what a text's own tokens say, and against an enumeration of all ways to begin."""

import math
from pathlib import Path

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tiny_models import CORPUS
from tiny_tokenizers import EXACT, KINDS
from tokenizers import Tokenizer

from app.engines.text_stream import TextStream
from app.engines.token_bytes import TokenBytes
from app.engines.token_healing import MAX_WORD_TOKENS, Healing, encode_page, plan_healing, settle_word, weigh
from app.engines.tokenizer_loading import load_tokenizer, special_token_ids

PROSE = st.sampled_from(CORPUS) | st.text(st.sampled_from("aeghnrt '’.,-\n😀日の家é1")) | st.text()
Kind = tuple[Tokenizer, TokenBytes]


@pytest.fixture(params=[*KINDS, "starter"], scope="module")
def kind(request: pytest.FixtureRequest) -> Kind:
    return opened(request.param, request)


@pytest.fixture(params=[*EXACT, "starter"], scope="module")
def exact(request: pytest.FixtureRequest) -> Kind:
    return opened(request.param, request)


def opened(name: str, request: pytest.FixtureRequest) -> Kind:
    if name == "starter":
        tokenizer = load_tokenizer(request.getfixturevalue("starter_model"))
    else:
        tokenizer = KINDS[name]()
    return tokenizer, TokenBytes(tokenizer)


def plan(kind: Kind, page: str) -> tuple[list[int], Healing]:
    """Return a prompt that begins with a special token, and what of it is taken back."""
    tokenizer, token_bytes = kind
    specials = special_token_ids(tokenizer)
    ids = encode_page(page, tokenizer, token_bytes)
    if not ids or ids[0] not in specials:
        ids = [min(specials), *ids]
    return ids, plan_healing(ids, page, token_bytes)


def split_ids(ids: list[int], healing: Healing, split: int) -> list[int]:
    return ids[: len(ids) - healing.word_tokens + split]


def said(kind: Kind, on_page: bytes, ids: list[int]) -> str:
    stream = TextStream(kind[1], on_page)
    return "".join(map(stream.step, ids))


@settings(deadline=None)
@given(data=st.data())
def test_page_and_stream_are_what_the_model_means(kind: Kind, data: st.DataObject) -> None:
    """For any page, any split and any token that starts with what was taken back."""
    tokenizer, token_bytes = kind
    page = data.draw(PROSE.map(lambda text: text[: data.draw(st.integers(0, len(text)), "length")]), "page")
    ids, healing = plan(kind, page)
    split = data.draw(st.integers(0, healing.word_tokens), "split")
    remainder = healing.remainders[split]
    choices = token_bytes.starting_with(remainder)
    if split == healing.word_tokens:
        choices = torch.arange(max(special_token_ids(tokenizer)) + 1, tokenizer.get_vocab_size())
    if not len(choices):
        return
    chosen = int(choices[data.draw(st.integers(0, len(choices) - 1), "token")])
    whole = b"".join(map(token_bytes.of, [*split_ids(ids, healing, split), chosen]))
    before = b"".join(map(token_bytes.of, ids))
    assert whole.startswith(before)
    assert split == healing.word_tokens or len(whole) > len(before)
    emitted = said(kind, remainder, [chosen])
    new = whole.removeprefix(before) if page else whole.removeprefix(token_bytes.dummy_prefix)
    assert new.decode(errors="replace").rstrip("\ufffd") == emitted.rstrip("\ufffd")
    decoded = tokenizer.decode([*split_ids(ids, healing, split), chosen])
    if page and tokenizer.decode(ids) == page and "\ufffd" not in decoded:
        assert page + emitted == decoded


@settings(deadline=None)
@given(data=st.data())
def test_the_rest_of_a_text_comes_exactly(exact: Kind, data: st.DataObject) -> None:
    """The model means the text's own tokens, and begins with them at the last split that they share."""
    text = data.draw(PROSE, "text")
    page = text[: data.draw(st.integers(0, len(text)), "cut")]
    ids, healing = plan(exact, page)
    whole, _ = plan(exact, text)
    assume(exact[0].decode(whole) == text)  # the starter's vocabulary has not all control characters
    for split in reversed(range(healing.word_tokens + 1)):
        shared, remainder = split_ids(ids, healing, split), healing.remainders[split]
        rest = whole[len(shared) :]
        if whole[: len(shared)] == shared and rest and exact[1].of(rest[0]).startswith(remainder):
            assert page + said(exact, remainder, rest) == text
            if split < healing.word_tokens and exact[1].of(rest[0]) != remainder:
                assert rest[0] in exact[1].starting_with(remainder).tolist()


@pytest.mark.parametrize("cut", range(1, 11))
def test_a_word_that_is_one_token_is_found_from_each_of_its_letters(starter_model: Path, cut: int) -> None:
    kind = (tokenizer := load_tokenizer(starter_model)), TokenBytes(tokenizer)
    ids, healing = plan(kind, "The old lighthouse"[: 7 + cut])
    lighthouse = tokenizer.encode(" lighthouse").ids
    assert len(lighthouse) == 1
    assert split_ids(ids, healing, 0)[1:] == tokenizer.encode("The old").ids
    assert lighthouse[0] in kind[1].starting_with(healing.remainders[0]).tolist()


@pytest.mark.parametrize(
    ("page", "word"),
    [
        ("", ""),
        ("The fox.\n", ""),
        ("The fox.\n\n", ""),
        ("The old", " old"),
        ("The old ", " "),
        ("The old   ", "   "),
        ("The old\t", "\t"),
        ("The fox.\n ", " "),
        ("The", "The"),
        ("The old lighth", " lighth"),
        ("The xylophonists", " xylophonists"),
        ("I don't", " don't"),
        ("It was 1984", "1984"),
        ("it was well-kn", " well-kn"),
        ("the fox’", " fox’"),
        ("in 日本", "本"),
        ("in 日", " 日"),
        ("犬 🦉", " 🦉"),
        ("the <|endoftext|>", ""),
    ],
)
def test_what_is_taken_back(starter_model: Path, page: str, word: str) -> None:
    kind = (tokenizer := load_tokenizer(starter_model)), TokenBytes(tokenizer)
    _, healing = plan(kind, page)
    assert healing.remainders[0] == word.encode()
    assert healing.remainders[-1] == b""


def test_of_a_word_without_end_the_last_tokens_are_taken_back(exact: Kind) -> None:
    ids, healing = plan(exact, "The " + "xq" * 40)
    assert healing.word_tokens == MAX_WORD_TOKENS
    assert len(split_ids(ids, healing, 0)) == len(ids) - MAX_WORD_TOKENS


def test_a_token_stays_before_the_word(exact: Kind) -> None:
    tokenizer, token_bytes = exact
    ids = tokenizer.encode("lighthouse", add_special_tokens=False).ids
    healing = plan_healing(ids, "lighthouse", token_bytes)
    assert healing.word_tokens < len(ids)
    assert plan_healing(ids[:1], "lighthouse", token_bytes).word_tokens == 0


@pytest.mark.parametrize("page", ["The", "T", "日", "😀", " The", "The old ", "a b", "  a", "zq"])
def test_the_space_that_sentencepiece_begins_with_is_taken_back_too(page: str) -> None:
    kind = (tokenizer := KINDS["llama"]()), TokenBytes(tokenizer)
    ids, healing = plan(kind, page)
    assert (b" " + page.encode()).endswith(healing.remainders[0])
    assert healing.word_tokens > 0
    for token in kind[1].starting_with(healing.remainders[0]).tolist():
        emitted = said(kind, healing.remainders[0], [token])
        assert tokenizer.decode([*split_ids(ids, healing, 0), token]) == page + emitted


def test_behind_an_empty_page_sentencepieces_first_space_is_left_out() -> None:
    kind = (tokenizer := KINDS["llama"]()), TokenBytes(tokenizer)
    ids, healing = plan(kind, "")
    assert healing.word_tokens == 0
    text = "the old fox"
    assert said(kind, healing.remainders[0], tokenizer.encode(text).ids[len(ids) :]) == text


@pytest.mark.parametrize(
    ("name", "page"),
    [("lower case", "The Old"), ("qwen", "a cafe\u0301"), ("unigram", "the Ж"), ("bert", "the foX")],
)
def test_tokens_that_do_not_write_the_pages_end_are_not_taken_back(name: str, page: str) -> None:
    kind = (tokenizer := KINDS[name]()), TokenBytes(tokenizer)
    assert plan(kind, page)[1].word_tokens == 0


# The weights


def brute_force(kind: Kind, ids: list[int], healing: Healing, model: "Model") -> dict[int, tuple[float, int]]:
    """Return the tokens of all texts that can be begun, each by its likeliest way: its weight and split."""
    _, token_bytes = kind
    ways: dict[bytes, tuple[float, int, int]] = {}
    found: dict[int, tuple[float, int]] = {}
    for split in range(healing.word_tokens + 1):
        context = split_ids(ids, healing, split)
        start = len(ids) - healing.word_tokens
        before = sum(model(ids[:place])[ids[place]] for place in range(start, len(context)))
        page = b"".join(map(token_bytes.of, ids))
        for token, logprob in enumerate(model(context)):
            text = b"".join(map(token_bytes.of, [*context, token]))
            is_new = split == healing.word_tokens or len(text) > len(page)
            if not (is_new and text.startswith(page)):
                continue
            way = (before + logprob, -split, token)
            if token_bytes.of(token) and way > ways.get(text, (-math.inf, 0, 0)):
                ways[text] = way
            elif not token_bytes.of(token):
                found[token] = (before + logprob, split)
    for weight, split, token in ways.values():
        if weight > found.get(token, (-math.inf, 0))[0]:
            found[token] = (weight, -split)
    return found


class Model:
    """A language model at random: other logits after every context, some tokens far likelier than others."""

    def __init__(self, seed: int, size: int) -> None:
        self._seed = seed
        self._size = size

    def logits(self, context: list[int]) -> torch.Tensor:
        generator = torch.Generator().manual_seed(hash((self._seed, *context)) % 2**31)
        return 4 * torch.randn(self._size, generator=generator)

    def __call__(self, context: list[int]) -> list[float]:
        return self.logits(context).log_softmax(-1).tolist()


@settings(deadline=None, max_examples=60)
@given(
    page=st.sampled_from([line[:end] for line in CORPUS[:4] for end in range(len(line))]),
    seed=st.integers(0, 10_000),
    spare=st.sampled_from([-60, 0, 40]),
)
@pytest.mark.parametrize("name", ["gpt2", "qwen"])  # in whose vocabularies no two tokens write the same
def test_the_weights_are_those_of_all_ways_to_begin(name: str, page: str, seed: int, spare: int) -> None:
    kind = (tokenizer := KINDS[name]()), TokenBytes(tokenizer)
    ids, healing = plan(kind, page)
    model = Model(seed, max(max(ids) + 1, tokenizer.get_vocab_size() + spare))
    last = range(len(ids) - healing.word_tokens, len(ids) + 1)
    logits = torch.stack([model.logits(ids[:place]) for place in last])
    weights, splits = weigh(healing, logits, ids)
    expected = brute_force(kind, ids, healing, model)
    total = torch.tensor([weight for weight, _ in expected.values()]).logsumexp(0).item()
    assert weights.shape == splits.shape == logits.shape[1:]
    assert set(weights.isfinite().nonzero().flatten().tolist()) == expected.keys()
    for token, (weight, split) in expected.items():
        assert weights[token].item() == pytest.approx(weight - total, abs=1e-3)
        assert splits[token].item() == split


def test_a_sure_model_goes_on_as_its_tokens_say(exact: Kind) -> None:
    """A model that knows the text by heart continues it from wherever the page ends."""
    tokenizer, token_bytes = exact
    text = CORPUS[0]
    whole, _ = plan(exact, text)
    for cut in range(1, len(text)):
        page = text[:cut]
        ids, healing = plan(exact, page)
        logits = torch.zeros(healing.word_tokens + 1, tokenizer.get_vocab_size())
        for split in range(healing.word_tokens + 1):
            context = split_ids(ids, healing, split)
            if whole[: len(context)] == context and len(context) < len(whole):
                logits[split, whole[len(context)]] = 20.0
        weights, splits = weigh(healing, logits, ids)
        best = int(weights.argmax())
        split = int(splits[best])
        emitted = said(exact, healing.remainders[split], [best])
        shares = any(
            whole[: len(shared := split_ids(ids, healing, split))] == shared
            and whole[len(shared)] in token_bytes.starting_with(remainder or b"").tolist()
            for split, remainder in enumerate(healing.remainders)
        )
        if shares:
            assert text.startswith(page + emitted), (page, emitted)


def test_without_a_word_the_weights_are_the_models_own(exact: Kind) -> None:
    ids, healing = plan(exact, "The old fox.\n")
    logits = torch.randn(1, exact[0].get_vocab_size(), generator=torch.Generator().manual_seed(1))
    weights, splits = weigh(healing, logits, ids)
    assert torch.allclose(weights, logits[0].log_softmax(-1))
    assert not splits.any()


# Whether the word goes on


def settled(page: str, probabilities: dict[str, float], name: str = "gpt2") -> set[str]:
    """Return the tokens that may begin behind a page."""
    kind = (tokenizer := KINDS[name]()), TokenBytes(tokenizer)
    _, healing = plan(kind, page)
    weights = torch.full((tokenizer.get_vocab_size(),), -math.inf)
    for text, probability in probabilities.items():
        token = kind[1].find(text.encode())
        assert token is not None
        weights[token] = math.log(probability)
    splits = torch.full(weights.shape, healing.word_tokens)
    left = settle_word(healing, weights, splits).isfinite().nonzero().flatten().tolist()
    return {kind[1].of(token).decode() for token in left}


def test_many_words_that_may_follow_outweigh_one_way_to_go_on() -> None:
    followers = dict.fromkeys([" a", " the", ",", "."], 0.15)
    assert settled("The fox", {"s": 0.4, **followers}) == {*followers}


def test_a_word_that_most_likely_goes_on_goes_on() -> None:
    assert settled("The fo", {"x": 0.2, "e": 0.2, "s": 0.25, " a": 0.35}) == {"x", "e", "s"}


@pytest.mark.parametrize("page", ["", "The fox ", "The fox.", "The fox\n", "the fox’", "in 日本"])
def test_where_no_word_may_go_on_all_tokens_stay(page: str) -> None:
    assert settled(page, {"s": 0.5, " a": 0.3, ".": 0.2}) == {"s", " a", "."}


def test_a_token_that_starts_with_the_word_goes_on(starter_model: Path) -> None:
    kind = (tokenizer := load_tokenizer(starter_model)), TokenBytes(tokenizer)
    ids, healing = plan(kind, "It was a")
    logits = torch.full((healing.word_tokens + 1, tokenizer.get_vocab_size()), -20.0)
    also, article = (tokenizer.encode(word).ids[0] for word in (" also", " a"))
    logits[0, [also, article]] = torch.tensor([0.4, 0.6]).log()
    logits[1, kind[1].starting_with(b" t")] = 0.0
    weights, splits = weigh(healing, logits, ids)
    assert weights.argmax() == also
    assert settle_word(healing, weights, splits)[also] == -math.inf
