"""A tiny BERT, saved as a real model folder."""

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertForPreTraining, BertModel, PreTrainedTokenizerFast

STRUCTURE = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
BEINGS = ["fox", "dog", "owl", "hen", "cat", "toad", "wolf", "hare", "mole", "crow"]
WORDS = ["the", "sees", "hears", "follows", "greets", "story", "of", "and", ".", *BEINGS]
PIECES = ["light", "##house", "##keeper", "##s", *"0123456789", *(f"##{digit}" for digit in "0123456789")]


def save_tiny_bert(
    folder: Path, kind: type[BertModel | BertForPreTraining], pieces: Sequence[str] = (*WORDS, *PIECES)
) -> Path:
    """Save a BERT with random weights and a vocabulary of `pieces`."""
    vocabulary = [*STRUCTURE, *pieces]
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
