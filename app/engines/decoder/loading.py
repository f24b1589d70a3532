"""From a model folder to a decoder in memory."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from app.engines.decoder.checkpoint import Checkpoint
from app.engines.decoder.decoder import Decoder, DecoderWeights
from app.engines.decoder.layers import DecoderLayer, FeedForward, LayerNorm, Norm, RmsNorm
from app.engines.decoder.linear import Int4Linear, Int8Linear, Linear, PlainLinear
from app.engines.decoder.packed_file import PackedFile
from app.engines.decoder.quantisation import (
    Q4_1_FILE,
    Int4Weight,
    Int8Weight,
    can_pack,
    pack_int4,
    quantise_int4,
    quantise_int8,
    take_over_q4_1,
)
from app.engines.decoder.shape import DecoderShape
from app.engines.protocols import LoadStep


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a model lies and in which precision.

    activations: of hidden states.
    weights: "int4", "int8", or as the activations.
    products: of keys and values, and of the products of many rows; packed weights, which multiply few rows,
        know bfloat16 alone.
    """

    device: torch.device
    activations: torch.dtype
    weights: str
    products: torch.dtype

    @property
    def is_quantised(self) -> bool:
        """Whether weights are kept in fewer bits than they are multiplied in."""
        return self.weights in ("int4", "int8")


def load_decoder(
    folder: Path, shape: DecoderShape, placement: Placement
) -> Generator[LoadStep, None, Decoder]:
    """Load the weights of a model, yielding before each layer; fractions from 0 to 1.

    Raises:
        KeyError: a weight is missing.
        ValueError: a weight has another shape than config.json says.
        OSError, safetensors.SafetensorError: a file cannot be read.
    """
    loader = _Loader(folder, shape, placement)
    layers = []
    for number in range(shape.layers):
        yield LoadStep(number / shape.layers, "Reading the weights")
        layers.append(loader.layer(number))
    yield LoadStep(1.0, "Reading the weights")
    return Decoder(shape, loader.rest(tuple(layers)), placement.products)


class _Loader:
    """Turns the tensors of a checkpoint into the parts of a decoder."""

    def __init__(self, folder: Path, shape: DecoderShape, placement: Placement) -> None:
        self._shape = shape
        self._placement = placement
        self._checkpoint = Checkpoint(folder)
        self._blocks = Checkpoint(folder, Q4_1_FILE)
        sources = [*folder.glob("*.safetensors"), *folder.glob(Q4_1_FILE)]
        self._packed = PackedFile(folder, placement.weights, sources) if placement.is_quantised else None

    def layer(self, number: int) -> DecoderLayer:
        """Return one layer."""
        return (
            self._llama_layer(f"layers.{number}.") if self._shape.rotary else self._gpt2_layer(f"h.{number}.")
        )

    def rest(self, layers: tuple[DecoderLayer, ...]) -> DecoderWeights:
        """Return everything, and keep what was quantised for the next load."""
        shape = self._shape
        names = ("embed_tokens", "norm") if shape.rotary else ("wte", "ln_f")
        embedding = self._plain(f"{names[0]}.weight", (shape.vocabulary, shape.width))
        head_name = names[0] if shape.tied_head else "lm_head"
        weights = DecoderWeights(
            embedding=embedding,
            layers=layers,
            norm=self._norm(names[1]),
            head=self._linear([head_name], shape.vocabulary, shape.width, has_bias=False, weights="int8"),
            positions=None
            if shape.rotary
            else self._plain("wpe.weight", (shape.context_length, shape.width)),
        )
        if self._packed is not None:
            self._packed.save()
        return weights

    def _llama_layer(self, name: str) -> DecoderLayer:
        shape, attention, mlp = self._shape, f"{name}self_attn.", f"{name}mlp."
        query_width, value_width = shape.heads * shape.head_width, shape.kv_heads * shape.head_width
        return DecoderLayer(
            attention_norm=self._norm(f"{name}input_layernorm"),
            query_key_value=self._linear(
                [f"{attention}{which}_proj" for which in "qkv"],
                query_width + 2 * value_width,
                shape.width,
                shape.query_key_value_bias,
            ),
            attention_out=self._linear(
                [f"{attention}o_proj"], shape.width, query_width, shape.attention_out_bias
            ),
            feed_forward_norm=self._norm(f"{name}post_attention_layernorm"),
            feed_forward=FeedForward(
                self._linear(
                    [f"{mlp}gate_proj", f"{mlp}up_proj"],
                    2 * shape.inner_width,
                    shape.width,
                    shape.feed_forward_bias,
                ),
                self._linear([f"{mlp}down_proj"], shape.width, shape.inner_width, shape.feed_forward_bias),
                shape.activation,
                gated=True,
            ),
            query_key_norm=(
                (
                    self._rms_norm(f"{attention}q_norm", shape.head_width),
                    self._rms_norm(f"{attention}k_norm", shape.head_width),
                )
                if shape.query_key_norm
                else None
            ),
        )

    def _gpt2_layer(self, name: str) -> DecoderLayer:
        width, inner = self._shape.width, self._shape.inner_width
        return DecoderLayer(
            attention_norm=self._norm(f"{name}ln_1"),
            query_key_value=self._linear([f"{name}attn.c_attn"], 3 * width, width, has_bias=True),
            attention_out=self._linear([f"{name}attn.c_proj"], width, width, has_bias=True),
            feed_forward_norm=self._norm(f"{name}ln_2"),
            feed_forward=FeedForward(
                self._linear([f"{name}mlp.c_fc"], inner, width, has_bias=True),
                self._linear([f"{name}mlp.c_proj"], width, inner, has_bias=True),
                self._shape.activation,
                gated=False,
            ),
        )

    def _norm(self, name: str) -> Norm:
        shape = self._shape
        if not shape.rms_norm:
            size = (shape.width,)
            weight, bias = self._plain(f"{name}.weight", size), self._plain(f"{name}.bias", size)
            return LayerNorm(weight, bias, shape.norm_eps)
        return self._rms_norm(name, shape.width)

    def _rms_norm(self, name: str, width: int) -> RmsNorm:
        weight = self._tensor(f"{name}.weight", (width,)).float() + self._shape.norm_offset
        return RmsNorm(self._place(weight), self._shape.norm_eps)

    def _linear(self, names: list[str], rows: int, columns: int, has_bias: bool, weights: str = "") -> Linear:
        """Return the layers of those names as one, [rows, columns].

        Args:
            names: of the layers, in the checkpoint; their outputs stand side by side.
            rows: numbers that go out.
            columns: numbers that come in.
            has_bias: whether the layers add one.
            weights: the coarsest precision that will do, where it is not the model's.
        """
        parts = [self._weight(name) for name in names]
        if (sum(len(part) for part in parts), parts[0].shape[1]) != (rows, columns):
            raise ValueError(f"{names[0]} does not have the shape that config.json says")
        bias = None
        if has_bias:
            sizes = [(len(part),) for part in parts]
            biases = [self._tensor(f"{name}.bias", size) for name, size in zip(names, sizes, strict=True)]
            bias = self._place(torch.cat(biases))
        if self._packed is None or not can_pack(rows, columns):
            return PlainLinear(self._place(torch.cat(parts) if len(parts) > 1 else parts[0]), bias)
        if (weights or self._placement.weights) == "int8":
            return self._int8(self._packed, names, parts, bias)
        return self._int4(self._packed, names, parts, bias)

    def _int8(
        self, packed: PackedFile, names: list[str], parts: list[Tensor], bias: Tensor | None
    ) -> Int8Linear:
        integers, scales = packed.get(f"{names[0]}.integers"), packed.get(f"{names[0]}.scales")
        if integers is None or scales is None:
            made = quantise_int8(torch.cat(parts))
            integers, scales = made.integers, made.scales
            packed.put(f"{names[0]}.integers", integers)
            packed.put(f"{names[0]}.scales", scales)
        return Int8Linear(Int8Weight(integers, scales), bias, self._placement.products)

    def _int4(
        self, packed: PackedFile, names: list[str], parts: list[Tensor], bias: Tensor | None
    ) -> Int4Linear:
        blocks = [self._blocks.get(f"{name}.weight") for name in names]
        taken_over = [block for block in blocks if block is not None]
        is_whole = len(taken_over) == len(names)
        nibbles, scales = packed.get(f"{names[0]}.nibbles"), packed.get(f"{names[0]}.scales")
        if nibbles is None or scales is None:
            made = (
                pack_int4(*take_over_q4_1(torch.cat(taken_over)))
                if is_whole
                else quantise_int4(torch.cat(parts))
            )
            nibbles, scales = made.packed, made.scales_and_zeros
            packed.put(f"{names[0]}.nibbles", nibbles)
            packed.put(f"{names[0]}.scales", scales)
        # Blocks that were taken over hold the very weights of the checkpoint, so many rows may use those.
        unpacked = tuple(parts) if is_whole and parts[0].dtype == torch.bfloat16 else ()
        return Int4Linear(Int4Weight(nibbles, scales), bias, self._placement.products, unpacked)

    def _weight(self, name: str) -> Tensor:
        """Return [out, in]; GPT-2 keeps the layers between its embeddings the other way round."""
        weight = self._checkpoint[f"{name}.weight"]
        return weight if self._shape.rotary or name in ("wte", "lm_head") else weight.t()

    def _plain(self, name: str, size: tuple[int, ...]) -> Tensor:
        return self._place(self._tensor(name, size))

    def _tensor(self, name: str, size: tuple[int, ...]) -> Tensor:
        tensor = self._checkpoint[name]
        if tensor.shape != size:
            raise ValueError(f"{name} does not have the shape that config.json says")
        return tensor

    def _place(self, tensor: Tensor) -> Tensor:
        return tensor.to(self._placement.device, self._placement.activations).contiguous()
