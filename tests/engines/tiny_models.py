"""Tiny models with random weights and tokenizers trained on the spot, saved as real model folders."""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForPreTraining,
    DistilBertConfig,
    DistilBertForMaskedLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    ModernBertConfig,
    ModernBertForMaskedLM,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
    RobertaConfig,
    RobertaForMaskedLM,
)

CONTEXT = 400  # tokens; more than one chunk of prefill
SPREAD = 0.4  # of the random weights: logits lie apart, so that rounding does not change their order
WIDTH = {
    "hidden_size": 32,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
    "intermediate_size": 64,
    "initializer_range": SPREAD,
}
BERT_SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA_SPECIALS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
BOTH_HEADS = "bert with both heads"
END_OF_TEXT = "<|endoftext|>"
CORPUS = [
    "The old lighthouse keeper climbed the stairs, as he had every night since the war.",
    "She said, “I don't know where the quick brown fox went,” and closed the small green door.",
    "A small fox and an old dog ran over the hill; the dog was slow and the fox was quick.",
    "Il était une fois 日本の古い家 and a 猫 named 小さい. 今天天气很好,我们去公园散步。",
    "שלום עולם, مرحبا بالعالم 👩‍👩‍👧 😀🎉 naïve café",
] * 4
CHINESE = "今天气很好我们去公园散步的老人看见一只小猫在花下睡觉明日来吧大家都喜欢"


def save(folder: Path, model: PreTrainedModel, tokenizer: Tokenizer, **special_tokens: str) -> Path:
    """Save a model with its tokenizer and return the folder."""
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special_tokens).save_pretrained(folder)
    return folder


def byte_level(specials: list[str], size: int = 600) -> Tokenizer:
    """GPT-2's kind of tokenizer: byte-level BPE."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def metaspace() -> Tokenizer:
    """Llama 2's and Gemma's kind: SentencePiece BPE that falls back to bytes."""
    learner = Tokenizer(models.BPE(unk_token="<unk>"))
    learner.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    learner.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    english = [line for line in CORPUS if line.isascii()]
    learner.train_from_iterator(english, trainers.BpeTrainer(vocab_size=200, special_tokens=["<unk>"]))
    learnt = json.loads(learner.to_str())["model"]
    specials = ["<unk>", "<s>", "</s>"]
    names = specials + [f"<0x{byte:02X}>" for byte in range(256)]
    names += [piece for piece in learnt["vocab"] if piece not in specials]
    tokenizer = Tokenizer(
        models.BPE(
            vocab={name: index for index, name in enumerate(names)},
            merges=[tuple(merge) for merge in learnt["merges"]],
            unk_token="<unk>",
            byte_fallback=True,
            fuse_unk=True,
        )
    )
    tokenizer.normalizer = learner.normalizer
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens(specials)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer


def word_pieces(specials: list[str]) -> Tokenizer:
    """BERT's kind: lower-cased word pieces."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(vocab_size=400, special_tokens=specials)
    tokenizer.train_from_iterator(CORPUS, trainer)
    frame(tokenizer, "[CLS]", "[SEP]")
    return tokenizer


def frame(tokenizer: Tokenizer, begin: str, end: str) -> None:
    """Let the tokenizer put its special tokens around a text."""
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (begin, end)],
    )


def gpt2(folder: Path) -> Path:
    tokenizer = byte_level([END_OF_TEXT])
    config = GPT2Config(
        vocab_size=tokenizer.get_vocab_size(), n_positions=CONTEXT, n_embd=32, n_layer=2, n_head=2,
        bos_token_id=0, eos_token_id=0, initializer_range=SPREAD,
    )  # fmt: skip
    return save(folder, seeded(GPT2LMHeadModel, config), tokenizer, eos_token=END_OF_TEXT)


def llama(folder: Path) -> Path:
    tokenizer = metaspace()
    config = LlamaConfig(**llama_width(tokenizer), bos_token_id=1, eos_token_id=2)
    return save(folder, seeded(LlamaForCausalLM, config), tokenizer, bos_token="<s>", eos_token="</s>")


def mistral(folder: Path) -> Path:
    """A model that reads only a window of what came before."""
    tokenizer = metaspace()
    config = MistralConfig(**llama_width(tokenizer), sliding_window=24, bos_token_id=1, eos_token_id=2)
    return save(folder, seeded(MistralForCausalLM, config), tokenizer, bos_token="<s>", eos_token="</s>")


def qwen2(folder: Path) -> Path:
    """A model whose logits, as Qwen's, outnumber its tokens."""
    tokenizer = byte_level([END_OF_TEXT, "<|im_start|>", "<|im_end|>"])
    config = Qwen2Config(**llama_width(tokenizer, spare=40), bos_token_id=None, eos_token_id=0)
    return save(folder, seeded(Qwen2ForCausalLM, config), tokenizer, eos_token=END_OF_TEXT)


def bert(folder: Path) -> Path:
    tokenizer = word_pieces(BERT_SPECIALS)
    return save(
        folder, seeded(BertForMaskedLM, BertConfig(**bert_width(tokenizer))), tokenizer, mask_token="[MASK]"
    )


def bert_with_both_heads(folder: Path) -> Path:
    """A model that also tells whether two texts follow one another."""
    tokenizer = word_pieces(BERT_SPECIALS)
    config = BertConfig(**bert_width(tokenizer), pad_token_id=tokenizer.token_to_id("[PAD]"))
    return save(folder, seeded(BertForPreTraining, config), tokenizer, mask_token="[MASK]")


def chinese_bert(folder: Path) -> Path:
    """The layout of bert-base-chinese: each character a token, by itself and as a continuation."""
    characters = sorted(set(CHINESE))
    tokenizer = word_pieces(BERT_SPECIALS)
    vocabulary = [*BERT_SPECIALS, *characters, *(f"##{c}" for c in characters), ",", "。", "the", "fox", "a"]
    tokenizer.model = models.WordPiece({t: i for i, t in enumerate(vocabulary)}, unk_token="[UNK]")
    frame(tokenizer, "[CLS]", "[SEP]")
    return save(
        folder, seeded(BertForMaskedLM, BertConfig(**bert_width(tokenizer))), tokenizer, mask_token="[MASK]"
    )


def distilbert(folder: Path) -> Path:
    tokenizer = word_pieces(BERT_SPECIALS)
    config = DistilBertConfig(
        vocab_size=tokenizer.get_vocab_size(), dim=32, n_heads=2, n_layers=2, hidden_dim=64,
        max_position_embeddings=160, initializer_range=SPREAD,
    )  # fmt: skip
    return save(folder, seeded(DistilBertForMaskedLM, config), tokenizer, mask_token="[MASK]")


def roberta(folder: Path) -> Path:
    tokenizer = byte_level(ROBERTA_SPECIALS)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    config = RobertaConfig(**bert_width(tokenizer), pad_token_id=1, bos_token_id=0, eos_token_id=2)
    return save(folder, seeded(RobertaForMaskedLM, config), tokenizer, mask_token="<mask>")


def modernbert(folder: Path) -> Path:
    tokenizer = byte_level(BERT_SPECIALS)
    frame(tokenizer, "[CLS]", "[SEP]")
    config = ModernBertConfig(
        **bert_width(tokenizer), pad_token_id=0, bos_token_id=2, eos_token_id=3,
        cls_token_id=2, sep_token_id=3, local_attention=32,
    )  # fmt: skip
    return save(folder, seeded(ModernBertForMaskedLM, config), tokenizer, mask_token="[MASK]")


def seeded(model_class: type[PreTrainedModel], config: PreTrainedConfig) -> PreTrainedModel:
    """Make a model whose random weights are the same each time."""
    torch.manual_seed(7)
    return model_class(config)


def llama_width(tokenizer: Tokenizer, spare: int = 0) -> dict[str, Any]:
    return {
        **WIDTH,
        "vocab_size": tokenizer.get_vocab_size() + spare,
        "num_key_value_heads": 1,
        "max_position_embeddings": CONTEXT,
    }


def bert_width(tokenizer: Tokenizer) -> dict[str, Any]:
    return {**WIDTH, "vocab_size": tokenizer.get_vocab_size(), "max_position_embeddings": 160}


CAUSAL: dict[str, Callable[[Path], Path]] = {"gpt2": gpt2, "llama": llama, "mistral": mistral, "qwen2": qwen2}
MASKED: dict[str, Callable[[Path], Path]] = {
    "bert": bert,
    BOTH_HEADS: bert_with_both_heads,
    "chinese": chinese_bert,
    "distilbert": distilbert,
    "roberta": roberta,
    "modernbert": modernbert,
}


def write_sparse_weights(file: Path, parameters: int) -> None:
    """Write a whole bf16 safetensors file of any size that takes no room on the disk."""
    tensor = {"dtype": "BF16", "shape": [parameters], "data_offsets": [0, 2 * parameters]}
    header = json.dumps({"weight": tensor}).encode()
    with file.open("wb") as weights:
        weights.write(struct.pack("<Q", len(header)) + header)
        weights.truncate(8 + len(header) + 2 * parameters)
