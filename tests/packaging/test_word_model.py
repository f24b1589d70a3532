"""The recipe of the word model, on a tiny model and a tiny text."""

import bz2
import gzip
import json
import re
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import BertForPreTraining

import corpus
import evaluate
import train
from corpus import Corpus, held_out_corpus, is_held_out, read_documents, split_sentences, training_corpus
from masking import mask_words
from model import load_model
from windows import FOLLOWS, RANDOM, TrainingWindows, Windows
from word_pieces import WordPieces

Run = Callable[..., int]
Weights = dict[str, torch.Tensor]


@pytest.fixture
def run(encoder: Path, text: Path, tmp_path: Path) -> Run:
    """Trains into a folder below `tmp_path`."""

    def run(out: str, *more: str, start: Path = encoder) -> int:
        command = f"--steps 12 --batch 4 --tokens 32 --warmup 4 --device cpu --out {tmp_path / out}"
        return train.main([*command.split(), "--start", str(start), "--text", str(text), *more])

    return run


def weights(folder: Path) -> Weights:
    return load_file(folder / "model.safetensors")


def moments(folder: Path) -> Weights:
    return load_file(folder / "checkpoint.safetensors")


def same(one: Weights, other: Weights) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


# The run


def test_the_loss_goes_down(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("out", "--steps", "150", "--learning-rate", "1e-2", "--batch", "16") == 0
    lost = [float(masked) for masked in re.findall(r"masked ([\d.]+)", capsys.readouterr().out)]
    assert len(lost) == 15
    assert lost[-1] < 0.85 * lost[0]


def test_both_heads_learn(with_heads: Path, text: Path) -> None:
    pieces = WordPieces.of(with_heads)
    batch = TrainingWindows(held_out_corpus(text, pieces), pieces, 32, rows=8, pairs=1.0, seed=1)[0]
    model, _ = load_model(with_heads)
    optimizer = train.make_optimizer(model)
    first, *_, last = [train.take_step(model, optimizer, batch, 5e-3) for _ in range(60)]
    for before, after in zip(first, last, strict=True):
        assert after < 0.5 * before


def test_the_same_seed_gives_the_same_weights(run: Run, tmp_path: Path) -> None:
    for out, seed in (("one", "1"), ("again", "1"), ("other", "2")):
        assert run(out, "--seed", seed) == 0
    assert same(moments(tmp_path / "one"), moments(tmp_path / "again"))
    assert not same(moments(tmp_path / "one"), moments(tmp_path / "other"))


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("whole") == 0
    take_step, taken = train.take_step, []

    def interrupted(*arguments: object) -> object:
        taken.append(arguments)
        if len(taken) == 5:
            signal.raise_signal(signal.SIGINT)  # as Ctrl+C does
        return take_step(*arguments)

    monkeypatch.setattr(train, "take_step", interrupted)
    assert run("parts") == 130
    assert "after step 5" in capsys.readouterr().out
    assert len(taken) == 5
    assert not same(weights(tmp_path / "whole"), weights(tmp_path / "parts"))
    assert run("parts", "--resume") == 0
    assert len(taken) == 12
    assert same(weights(tmp_path / "whole"), weights(tmp_path / "parts"))
    assert same(moments(tmp_path / "whole"), moments(tmp_path / "parts"))


def test_checkpoints_are_written_on_the_way(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    monkeypatch.setattr(train, "save_checkpoint", lambda *arguments: steps.append(arguments[3]))
    assert run("out", "--save-every", "5") == 0
    assert steps == [5, 10, 12]


def test_a_run_goes_on_with_its_own_settings_only(
    run: Run, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("out", "--steps", "2") == 0
    capsys.readouterr()
    assert run("out", "--resume", "--steps", "2", "--seed", "9") == 2
    assert capsys.readouterr().err == "This run began with --seed 1, not 9.\n"
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "other.txt").write_text((text / "a.txt").read_text())
    assert run("out", "--resume", "--steps", "2", "--text", str(tmp_path / "text")) == 2
    assert capsys.readouterr().err == "The text is not the one that this run began with.\n"


def test_the_rate_rises_and_falls_in_straight_lines() -> None:
    settings = train.Settings(steps=10, batch=1, tokens=32, learning_rate=8.0, warmup=2, pairs=1.0, seed=1)
    assert [settings.rate(step) for step in range(10)] == [4, 8, 8, 7, 6, 5, 4, 3, 2, 1]


# The start


def test_an_encoder_gets_heads_that_begin_with_what_is_known(
    run: Run, encoder: Path, text: Path, tmp_path: Path
) -> None:
    assert run("out", "--steps", "1", "--learning-rate", "0") == 0
    model, missing = load_model(tmp_path / "out")
    assert not missing
    head = model.cls.predictions
    assert torch.equal(head.transform.dense.weight, torch.eye(32))
    assert head.decoder.weight is model.bert.embeddings.word_embeddings.weight
    pieces = WordPieces.of(encoder)
    read, _ = training_corpus(text, pieces, tmp_path / "out" / "text")
    counts = np.bincount(read.tokens, minlength=len(pieces.special)) + 1
    expected = torch.tensor(counts / counts.sum()).log()
    assert torch.allclose(head.bias.double(), expected, rtol=0.005)  # bfloat16
    assert torch.allclose(
        model.bert.embeddings.word_embeddings.weight.bfloat16(),
        load_file(encoder / "model.safetensors")["embeddings.word_embeddings.weight"].bfloat16(),
    )


def test_a_model_with_heads_keeps_them(run: Run, with_heads: Path, tmp_path: Path) -> None:
    assert run("out", "--steps", "1", "--learning-rate", "0", start=with_heads) == 0
    before = {name: weight.bfloat16() for name, weight in weights(with_heads).items()}
    assert same(weights(tmp_path / "out"), before)


# The text


def test_held_out_documents_are_never_trained_on(encoder: Path, text: Path, tmp_path: Path) -> None:
    pieces = WordPieces.of(encoder)
    trained, _ = training_corpus(text, pieces, tmp_path / "cache")
    held_out = held_out_corpus(text, pieces)
    numbers = [numbers_in(trained, pieces), numbers_in(held_out, pieces)]
    assert all(numbers)
    assert not numbers[0] & numbers[1]
    assert len(numbers[0] | numbers[1]) == 300
    assert {number_of(d[0]) for d in read_documents(text) if is_held_out(d)} == numbers[1]


def numbers_in(read: Corpus, pieces: WordPieces) -> set[int]:
    return {
        number_of(pieces.tokenizer.decode(read.tokens[place : place + 12])) for place in read.documents[:-1]
    }


def number_of(title: str) -> int:
    found = re.match(r"story ((?:\d(?: ##)?)+)", title, re.IGNORECASE)
    assert found
    return int(found[1].replace(" ##", ""))


def test_packed_text_reads_like_plain_text(tmp_path: Path) -> None:
    content = b"One.\nTwo.\n\n\nThree.\n"
    for name, data in (
        ("a.txt", content), ("b.txt.bz2", bz2.compress(content)), ("c.txt.gz", gzip.compress(content)),
        ("README.md", b"None."),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(data)
    assert list(read_documents(tmp_path)) == [["One.", "Two."], ["Three."]] * 3


def test_sentences_end_where_a_reader_says_they_do() -> None:
    text = "“Is Mr. Smith in?” She looked. J. S. Mill paid 3.50 dollars! (He did.) then left."
    assert [s.strip() for s in split_sentences(text)] == [
        "“Is Mr. Smith in?”", "She looked.", "J. S. Mill paid 3.50 dollars!", "(He did.) then left.",
    ]  # fmt: skip


def test_the_text_is_split_once_and_again_when_it_changes(
    encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces, folder, cache = WordPieces.of(encoder), tmp_path / "text", tmp_path / "cache"
    folder.mkdir()
    (folder / "a.txt").write_text("The fox. The dog.\n")
    first, digest = training_corpus(folder, pieces, cache)
    with monkeypatch.context() as patch:
        patch.setattr(corpus, "read_documents", lambda _: pytest.fail("the text was read again"))
        again, same_digest = training_corpus(folder, pieces, cache)
    assert digest == same_digest
    assert again.tokens.tolist() == first.tokens.tolist()
    assert first.boundaries.tolist() == [3]
    assert first.documents.tolist() == [0, 6]
    (folder / "b.txt").write_text("The owl.\n")
    assert training_corpus(folder, pieces, cache)[0].documents.tolist() == [0, 6, 9]


# Windows and masks


def test_whole_words_are_masked_whole(encoder: Path) -> None:
    pieces = WordPieces.of(encoder)
    sentence = pieces.tokenizer.encode("the lighthousekeepers follows lighthouses and the fox .").ids
    ids = np.tile([pieces.cls, *sentence, pieces.sep], (2000, 1))
    words = [[1], [2, 3, 4, 5], [6], [7, 8, 9], [10], [11], [12], [13]]  # places of their pieces
    shown, places = mask_words(ids, pieces, np.random.default_rng(0))
    chosen = np.zeros(ids.size, dtype=bool)
    chosen[places] = True
    chosen = chosen.reshape(ids.shape)
    assert not chosen[:, [0, -1]].any()
    assert (shown[~chosen] == ids[~chosen]).all()
    for word in words:
        parts = chosen[:, word]
        assert (parts.all(1) == parts.any(1)).all()
        hidden = (shown == pieces.mask)[:, word]
        assert (hidden.all(1) == hidden.any(1)).all()
        assert parts.mean() == pytest.approx(0.15, abs=0.03)
    fates = shown[chosen]
    assert (fates == pieces.mask).mean() == pytest.approx(0.8, abs=0.03)
    assert (fates == ids[chosen]).mean() == pytest.approx(0.1, abs=0.03)
    assert not pieces.special[fates[fates != pieces.mask]].any()


def test_a_window_that_begins_inside_a_word_keeps_its_pieces_apart_from_the_row_before(encoder: Path) -> None:
    pieces = WordPieces.of(encoder)
    house = pieces.tokenizer.token_to_id("##house")
    ids = np.array([[pieces.cls, house, house, pieces.sep, house, pieces.sep]] * 500)
    _, places = mask_words(ids, pieces, np.random.default_rng(0))
    chosen = np.zeros(ids.size, dtype=bool)
    chosen[places] = True
    first, second, behind = chosen.reshape(ids.shape)[:, [1, 2, 4]].T
    assert (first == second).all()
    assert (first != behind).any()


@pytest.mark.parametrize("length", [20, 48, 128])
def test_pairs_follow_each_other_or_come_from_two_documents(encoder: Path, text: Path, length: int) -> None:
    pieces = WordPieces.of(encoder)
    read = held_out_corpus(text, pieces)
    windows, rng = Windows(read, pieces, length), np.random.default_rng(0)
    documents = [read.tokens[a:b].tolist() for a, b in zip(read.documents, read.documents[1:], strict=False)]
    for boundary in range(len(read.boundaries)):
        here = int(read.boundaries[boundary])
        begin, end = read.document_around(here)
        own = documents.index(read.tokens[begin:end].tolist())
        for follows in (True, False):
            ids, first = windows.pair(boundary, follows, rng)
            before, after = ids[1 : first - 1], ids[first:-1]
            assert len(ids) <= length
            assert ids[0] == pieces.cls
            assert ids[first - 1] == ids[-1] == pieces.sep
            assert read.tokens[here - len(before) : here].tolist() == before
            assert before
            assert after
            if follows:
                assert read.tokens[here : here + len(after)].tolist() == after
                assert len(ids) == min(length, end - begin + 3)
        ids, first = windows.passage(boundary)
        assert first == len(ids) == min(length, end - begin + 2)
        assert holds(documents[own], ids[1:-1])


def test_a_random_passage_comes_from_another_document(encoder: Path) -> None:
    pieces = WordPieces.of(encoder)
    read = Corpus.of([[f"{being}. " * 40] for being in ("Fox", "Dog", "Owl")], pieces)
    windows, rng = Windows(read, pieces, 32), np.random.default_rng(0)
    for boundary in range(len(read.boundaries)):
        for follows in (True, False):
            ids, first = windows.pair(boundary, follows, rng)
            assert (ids[first - 3] == ids[first]) is follows  # “fox .” before the [SEP], “fox” behind it


def holds(document: list[int], part: list[int]) -> bool:
    return any(document[at : at + len(part)] == part for at in range(len(document)))


def test_an_epoch_reads_the_whole_text(encoder: Path, text: Path, tmp_path: Path) -> None:
    pieces = WordPieces.of(encoder)
    read, _ = training_corpus(text, pieces, tmp_path)
    rows = 16
    batches = TrainingWindows(read, pieces, 32, rows, pairs=0.5, seed=1)
    epoch = [batches[step] for step in range(len(read.tokens) // 32 // rows)]
    labels = torch.cat([batch.labels for batch in epoch])
    assert (labels == FOLLOWS).float().mean() == pytest.approx(0.25, abs=0.05)
    assert (labels == RANDOM).float().mean() == pytest.approx(0.25, abs=0.05)
    digits = [pieces.tokenizer.token_to_id(str(digit)) for digit in range(10)]
    seen = torch.stack([torch.isin(batch.ids, torch.tensor(digits)).sum() for batch in epoch]).sum()
    assert seen > 0.3 * (len(read.documents) - 1)  # one title a document, found by chance
    assert torch.equal(batches[3].ids, epoch[3].ids)
    assert not torch.equal(batches[3].ids, batches[3 + len(epoch)].ids)


# The figures


def rig(folder: Path, **likely: float) -> BertForPreTraining:
    """Return a model that says the same everywhere: these words, so likely, and that a sentence follows."""
    model, _ = load_model(folder)
    pieces = WordPieces.of(folder)
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
        for word, logit in likely.items():
            model.cls.predictions.bias[pieces.tokenizer.token_to_id(word)] = logit
        model.cls.seq_relationship.bias[FOLLOWS] = 1.0
    return model


@pytest.mark.parametrize(
    ("likely", "top1", "top5"),
    [
        ({"fox": 9.0, "owl": 8.0}, 100.0, 100.0),
        ({"fox": 5.0, "dog": 9.0, "owl": 8.0, "hen": 7.0, "cat": 6.0}, 0.0, 100.0),
        ({"fox": 4.0, "dog": 9.0, "owl": 8.0, "hen": 7.0, "cat": 6.0, "toad": 5.0}, 0.0, 0.0),
    ],
)
def test_figures_are_those_of_a_model_whose_answers_are_known(
    with_heads: Path, likely: dict[str, float], top1: float, top5: float
) -> None:
    pieces = WordPieces.of(with_heads)
    foxes = Corpus.of([["Fox fox fox fox", "Fox fox"] * 20] * 7, pieces)
    figures = evaluate.measure(rig(with_heads, **likely), foxes, pieces, 100)
    assert figures["masks"] > 100
    assert (figures["masked_top1"], figures["masked_top5"]) == (top1, top5)
    assert (figures["pairs"], figures["next_sentence"]) == (100, 50.0)


def test_evaluation_prints_one_object(
    run: Run, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("out", "--steps", "2") == 0
    capsys.readouterr()
    words = tmp_path / "words.jsonl"
    words.write_text('{"id": 7, "text": "The fox sees the dog.", "start": 4, "end": 7}\n')
    scorer = tmp_path / "scorer.py"
    scorer.write_text("import sys; print(open(sys.argv[2]).read())")
    command = ["--model", str(tmp_path / "out"), "--text", str(text), "--windows", "10"]
    assert evaluate.main([*command, "--swords", str(words), "--scorer", str(scorer)]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["pairs"] == 10
    assert figures["held_out_documents"] == sum(map(is_held_out, read_documents(text)))
    assert figures["swords"]["id"] == 7
    assert figures["swords"]["suggestions"]


# What goes wrong


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--text", "{empty}"], "There is no text in {empty}."),
        (["--text", "{nowhere}"], "There is no text in {nowhere}."),
        (["--text", "{damaged}"], "{damaged}/a.txt could not be read as text."),
        (["--text", "{short}"], "There is too little text."),
        (["--start", "{empty}"], "There is no model in {empty}."),
        (["--tokens", "8"], "--tokens should lie between 19 and 128."),
        (["--resume"], "There is no checkpoint {out}/checkpoint.safetensors."),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    places = {name: tmp_path / name for name in ("empty", "nowhere", "damaged", "short", "out")}
    for name in ("empty", "damaged", "short"):
        places[name].mkdir()
    (places["damaged"] / "a.txt").write_bytes(b"caf\xe9")
    (places["short"] / "a.txt").write_text("The fox. The dog.")
    assert run("out", *(argument.format(**places) for argument in arguments)) == 2
    said = capsys.readouterr().err
    assert said.startswith(sentence.format(**places))
    assert said.count("\n") == 1


def test_evaluation_says_what_is_wrong_too(
    encoder: Path, with_heads: Path, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("The fox. The dog.")
    for model, folder, sentence in (
        (encoder, text, "lacks a head"),
        (tmp_path, text, "There is no model in"),
        (with_heads, tmp_path, "are held out"),
    ):
        assert evaluate.main(["--model", str(model), "--text", str(folder)]) == 2
        said = capsys.readouterr().err
        assert sentence in said
        assert said.count("\n") == 1
