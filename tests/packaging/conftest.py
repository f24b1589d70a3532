import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertForPreTraining, BertModel, PreTrainedTokenizerFast

STRUCTURE = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
BEINGS = ["fox", "dog", "owl", "hen", "cat", "toad", "wolf", "hare", "mole", "crow"]
WORDS = ["the", "sees", "hears", "follows", "greets", "story", "of", "and", ".", *BEINGS]
PIECES = ["light", "##house", "##keeper", "##s", *"0123456789", *(f"##{digit}" for digit in "0123456789")]
DOCUMENTS = 300


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Run tiny models on one thread; several would spend their time waiting for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of plain text with stories about two beings each."""
    folder = tmp_path_factory.mktemp("text")
    chance = random.Random(5)
    documents = []
    for number in range(DOCUMENTS):
        one, other = chance.sample(BEINGS, 2)
        sentence = f"The {one} {{}} the {other}. The {other} {{}} the lighthousekeeper."
        verbs = [chance.choices(["sees", "hears", "follows"], k=2) for _ in range(12)]
        lines = [f"Story {number} of the {one} and the {other}.", *(sentence.format(*v) for v in verbs)]
        documents.append("\n".join(lines))
    for name, begin in (("a", 0), ("b", DOCUMENTS // 2)):
        part = documents[begin : begin + DOCUMENTS // 2]
        (folder / f"{name}.txt").write_text("\n\n".join(part), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT without heads."""
    return save_tiny_bert(tmp_path_factory.mktemp("encoder"), BertModel)


@pytest.fixture
def with_heads(tmp_path: Path) -> Path:
    """A tiny BERT with both heads."""
    return save_tiny_bert(tmp_path / "with heads", BertForPreTraining)


def save_tiny_bert(folder: Path, kind: type[BertModel | BertForPreTraining]) -> Path:
    vocabulary = [*STRUCTURE, *WORDS, *PIECES]
    tokenizer = Tokenizer(models.WordPiece({t: i for i, t in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(STRUCTURE)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_attention_heads=2, num_hidden_layers=2,
        intermediate_size=64, max_position_embeddings=128, pad_token_id=0,
    )  # fmt: skip
    kind(config).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, mask_token="[MASK]").save_pretrained(folder)
    return folder
