"""Small tokenizers of every kind that causal models have."""

from collections.abc import Callable
from functools import cache

from tiny_models import BERT_SPECIALS, CORPUS, END_OF_TEXT, byte_level, metaspace, word_pieces
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

# A simpler GPT-4's: a mark and the letters behind it are one piece, as they are to Qwen and Llama 3.
PIECES = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def gpt2() -> Tokenizer:
    return byte_level([END_OF_TEXT])


def qwen() -> Tokenizer:
    """Byte-level, composed characters, digits alone, and spaces that were added by their text."""
    tokenizer = byte_level([END_OF_TEXT])
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_tokens([AddedToken("    ", normalized=False)])
    return tokenizer


def lower_case() -> Tokenizer:
    tokenizer = gpt2()
    tokenizer.normalizer = normalizers.Lowercase()
    return tokenizer


def gemma() -> Tokenizer:
    """SentencePiece without a space before the text."""
    tokenizer = metaspace()
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    return tokenizer


def unigram() -> Tokenizer:
    """T5's and XGLM's kind: it knows no bytes, and what it does not know is lost."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    specials = ["<unk>", "<s>"]
    trainer = trainers.UnigramTrainer(vocab_size=300, special_tokens=specials, unk_token="<unk>")
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))]
    )
    return tokenizer


def bert() -> Tokenizer:
    tokenizer = word_pieces(BERT_SPECIALS)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A", special_tokens=[("[CLS]", tokenizer.token_to_id("[CLS]"))]
    )
    return tokenizer


EXACT: dict[str, Callable[[], Tokenizer]] = {  # encoded and decoded again, a text is the same
    "gpt2": cache(gpt2),
    "llama": cache(metaspace),
    "gemma": cache(gemma),
}
INEXACT: dict[str, Callable[[], Tokenizer]] = {
    "qwen": cache(qwen),
    "lower case": cache(lower_case),
    "unigram": cache(unigram),
    "bert": cache(bert),
}
KINDS = EXACT | INEXACT
