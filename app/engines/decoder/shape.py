"""What a decoder looks like, from config.json: the sizes and the choices in which the families differ."""

from dataclasses import dataclass, replace
from typing import Any, Literal

Activation = Literal["silu", "gelu_tanh", "gelu"]

ACTIVATIONS: dict[str, Activation] = {
    "silu": "silu",
    "swish": "silu",
    "gelu_pytorch_tanh": "gelu_tanh",
    "gelu_new": "gelu_tanh",
    "gelu_fast": "gelu_tanh",
    "gelu": "gelu",
}


@dataclass(frozen=True, slots=True)
class Rotary:
    """Rotary position embedding (Su et al., 2021).

    theta: base of the wavelengths.
    scaling: Llama 3's stretching of the long wavelengths, as config.json has it; empty for none.
    """

    theta: float
    scaling: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class DecoderShape:
    """A decoder-only transformer of one of the families that differ in details alone.

    layers, heads, kv_heads, vocabulary: counts.
    width, inner_width, head_width: numbers in a hidden state, within the feed-forward layer, in a head.
    context_length: tokens.
    rms_norm: RMSNorm (Zhang & Sennrich, 2019); otherwise LayerNorm.
    norm_offset: what is added to the weights of a norm; Gemma's are stored less one.
    gated: whether the feed-forward layer multiplies with a gate (Shazeer, 2020).
    rotary: None where positions are learnt.
    query_key_norm: whether queries and keys are normed head by head.
    embedding_scale: factor on the embeddings.
    query_key_value_bias, attention_out_bias, feed_forward_bias: which linear layers add one.
    """

    layers: int
    width: int
    inner_width: int
    heads: int
    kv_heads: int
    head_width: int
    vocabulary: int
    context_length: int
    norm_eps: float
    activation: Activation
    tied_head: bool
    rms_norm: bool = True
    norm_offset: float = 0.0
    gated: bool = True
    rotary: Rotary | None = None
    query_key_norm: bool = False
    embedding_scale: float = 1.0
    query_key_value_bias: bool = False
    attention_out_bias: bool = False
    feed_forward_bias: bool = False

    @property
    def group(self) -> int:
        """How many query heads share one key/value head."""
        return self.heads // self.kv_heads


def read_shape(config: dict[str, Any]) -> DecoderShape | None:
    """Return the shape that config.json describes, or None where this decoder does not know all of it.

    Whatever is not known for certain is left to transformers.
    """
    family = config.get("model_type")
    try:
        if family == "gpt2":
            return _gpt2(config)
        if family in LLAMA_DEFAULTS:
            return _llama({**LLAMA_DEFAULTS[family], **config}, family)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return None


# What config.json may leave out, by family, as transformers' configurations have it.
LLAMA_DEFAULTS: dict[str, dict[str, Any]] = {
    "llama": {"hidden_act": "silu", "rms_norm_eps": 1e-6, "max_position_embeddings": 2048},
    "mistral": {
        "hidden_act": "silu",
        "rms_norm_eps": 1e-6,
        "max_position_embeddings": 131072,
        "num_key_value_heads": 8,
        "sliding_window": 4096,
    },
    "qwen2": {
        "hidden_act": "silu",
        "rms_norm_eps": 1e-6,
        "max_position_embeddings": 32768,
        "use_sliding_window": False,
    },
    "qwen3": {
        "hidden_act": "silu",
        "rms_norm_eps": 1e-6,
        "max_position_embeddings": 32768,
        "use_sliding_window": False,
        "head_dim": 128,
    },
    "gemma": {
        "hidden_act": "gelu_pytorch_tanh",
        "rms_norm_eps": 1e-6,
        "max_position_embeddings": 8192,
        "head_dim": 256,
        "tie_word_embeddings": True,
    },
}


def _llama(config: dict[str, Any], family: str) -> DecoderShape | None:
    rotary = _rotary(config)
    heads = config["num_attention_heads"]
    activation = config.get("hidden_activation") or config["hidden_act"]
    slides = config.get("sliding_window") and config.get("use_sliding_window", True)
    if rotary is None or activation not in ACTIVATIONS or slides:
        return None
    attention_bias = bool(config.get("attention_bias", False)) and family != "mistral"
    shape = DecoderShape(
        layers=config["num_hidden_layers"],
        width=config["hidden_size"],
        inner_width=config["intermediate_size"],
        heads=heads,
        kv_heads=config.get("num_key_value_heads") or heads,
        head_width=config.get("head_dim") or config["hidden_size"] // heads,
        vocabulary=config["vocab_size"],
        context_length=config["max_position_embeddings"],
        norm_eps=config["rms_norm_eps"],
        activation=ACTIVATIONS[activation],
        tied_head=bool(config.get("tie_word_embeddings", False)),
        rotary=rotary,
        query_key_norm=family == "qwen3",
        query_key_value_bias=attention_bias or family == "qwen2",
        attention_out_bias=attention_bias and family != "qwen2",
        feed_forward_bias=bool(config.get("mlp_bias", False)) and family == "llama",
    )
    if family == "gemma":  # its activation is the approximated one, whatever an old configuration says
        return replace(shape, norm_offset=1.0, embedding_scale=shape.width**0.5, activation="gelu_tanh")
    return shape


def _rotary(config: dict[str, Any]) -> Rotary | None:
    """Return the rotary embedding, or None where its kind is not one of "default" and "llama3"."""
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    theta = rope.get("rope_theta") or config.get("rope_theta") or 10000.0
    kind = rope.get("rope_type") or rope.get("type") or "default"
    if rope.get("partial_rotary_factor", config.get("partial_rotary_factor", 1.0)) != 1.0:
        return None
    if kind == "default":
        return Rotary(float(theta))
    if kind == "llama3":
        names = ("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings")
        return Rotary(float(theta), tuple((name, float(rope[name])) for name in names))
    return None


def _gpt2(config: dict[str, Any]) -> DecoderShape | None:
    activation = ACTIVATIONS.get(config.get("activation_function", "gelu_new"))
    unusual = (
        not config.get("scale_attn_weights", True)
        or config.get("scale_attn_by_inverse_layer_idx", False)
        or config.get("add_cross_attention", False)
    )
    if activation is None or unusual:
        return None
    width, heads = config["n_embd"], config["n_head"]
    return DecoderShape(
        layers=config["n_layer"],
        width=width,
        inner_width=config.get("n_inner") or 4 * width,
        heads=heads,
        kv_heads=heads,
        head_width=width // heads,
        vocabulary=config["vocab_size"],
        context_length=config["n_positions"],
        norm_eps=config.get("layer_norm_epsilon", 1e-5),
        activation=activation,
        tied_head=bool(config.get("tie_word_embeddings", True)),
        rms_norm=False,
        gated=False,
        query_key_value_bias=True,
        attention_out_bias=True,
        feed_forward_bias=True,
    )
