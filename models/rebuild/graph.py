"""Write a BERT encoder as an ONNX graph, straight from its arrays: no torch, no exporter."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.base import FloatMatrix
from models.rebuild.e5s1 import Shape

OPSET = 17
_MASKED = -1e4
"""Added to the scores of padded positions; small enough for any precision."""

Fetch = Callable[[str], NDArray[np.float32]]
"""Gives a tensor of the packed file by its name there (`l0.q.w`), flat."""


class _Graph:
    """Collects nodes and initialisers; every method returns the name of what it computes."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.arrays: list[Any] = []

    def constant(self, name: str, array: NDArray[Any]) -> str:
        """Add an array, once."""
        from onnx import numpy_helper

        if all(known.name != name for known in self.arrays):
            self.arrays.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node with one output."""
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [output], output, **attributes))
        return output

    def linear(self, at: str, rows: str, weight: FloatMatrix, bias: NDArray[np.float32]) -> str:
        """Rows times weight.T plus bias, for a weight [out, in] as torch keeps it."""
        product = self.node("MatMul", [rows, self.constant(f"{at}.w", weight.T)], f"{at}.product")
        return self.node("Add", [product, self.constant(f"{at}.b", bias)], f"{at}.out")

    def norm(self, at: str, rows: str, fetch: Fetch, epsilon: float, output: str = "") -> str:
        """Layer normalisation over the last axis."""
        scale = self.constant(f"{at}.w", fetch(f"{at}.w"))
        bias = self.constant(f"{at}.b", fetch(f"{at}.b"))
        return self.node(
            "LayerNormalization",
            [rows, scale, bias],
            output or f"{at}.out",
            axis=-1,
            epsilon=epsilon,
        )


def build(shape: Shape, words: FloatMatrix, fetch: Fetch) -> Any:
    """Build the encoder as an ONNX `ModelProto`.

    Inputs `input_ids` and `attention_mask`, int64[b, l]; outputs `token_embeddings`
    float32[b, l, hidden] and `sentence_embedding` float32[b, hidden], the mean of the unmasked
    tokens at unit length.

    Args:
        shape: The transformer's sizes.
        words: float32[vocabulary, hidden].
        fetch: The other tensors.
    """
    from onnx import TensorProto, helper

    graph = _Graph()
    rows = _embed(graph, shape, words, fetch)
    bias = _mask(graph)
    for layer in range(shape.layers):
        rows = _layer(graph, shape, fetch, layer, rows, bias)
    _pool(graph, rows)
    ids, reals = TensorProto.INT64, TensorProto.FLOAT
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "e5",
            [
                helper.make_tensor_value_info("input_ids", ids, ["b", "l"]),
                helper.make_tensor_value_info("attention_mask", ids, ["b", "l"]),
            ],
            [
                helper.make_tensor_value_info("token_embeddings", reals, ["b", "l", shape.hidden]),
                helper.make_tensor_value_info("sentence_embedding", reals, ["b", shape.hidden]),
            ],
            graph.arrays,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=8,
    )
    return model


def _embed(graph: _Graph, shape: Shape, words: FloatMatrix, fetch: Fetch) -> str:
    positions = fetch("emb.pos").reshape(shape.positions, shape.hidden)
    kind = fetch("emb.type").reshape(shape.types, shape.hidden)[0]
    word = graph.node("Gather", [graph.constant("words", words), "input_ids"], "word")
    size = graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    zero = graph.constant("zero", np.array([0], dtype=np.int64))
    table = graph.constant("positions", positions + kind)
    place = graph.node("Slice", [table, zero, size, zero], "place")
    return graph.norm("emb.ln", graph.node("Add", [word, place], "embedded"), fetch, shape.epsilon)


def _mask(graph: _Graph) -> str:
    """Scores' bias [b, 1, 1, l]: 0 for a token, `_MASKED` for padding."""
    reals = graph.node("Cast", ["attention_mask"], "mask", to=1)
    absent = graph.node(
        "Sub", [graph.constant("one", np.array(1.0, dtype=np.float32)), reals], "absent"
    )
    low = graph.constant("low", np.array(_MASKED, dtype=np.float32))
    bias = graph.node("Mul", [absent, low], "mask.bias")
    axes = graph.constant("head.axes", np.array([1, 2], dtype=np.int64))
    return graph.node("Unsqueeze", [bias, axes], "mask.scores")


def _layer(graph: _Graph, shape: Shape, fetch: Fetch, layer: int, rows: str, bias: str) -> str:
    """One post-norm transformer layer."""
    at = f"l{layer}"

    def linear(name: str, inputs: str, width: int, depth: int) -> str:
        weight = fetch(f"{at}.{name}.w").reshape(width, depth)
        return graph.linear(f"{at}.{name}", inputs, weight, fetch(f"{at}.{name}.b"))

    hidden, ffn = shape.hidden, shape.ffn
    query, key, value = (linear(name, rows, hidden, hidden) for name in ("q", "k", "v"))
    context = _attention(graph, shape, at, (query, key, value), bias)
    mixed = linear("ao", context, hidden, hidden)
    rows = graph.node("Add", [rows, mixed], f"{at}.attended")
    rows = graph.norm(f"{at}.aln", rows, fetch, shape.epsilon)
    wide = _gelu(graph, at, linear("fi", rows, ffn, hidden))
    narrow = linear("fo", wide, hidden, ffn)
    total = graph.node("Add", [rows, narrow], f"{at}.total")
    last = "token_embeddings" if layer == shape.layers - 1 else ""
    return graph.norm(f"{at}.oln", total, fetch, shape.epsilon, last)


def _attention(
    graph: _Graph, shape: Shape, at: str, inputs: tuple[str, str, str], bias: str
) -> str:
    width = shape.hidden // shape.heads
    split = graph.constant("split", np.array([0, 0, shape.heads, width], dtype=np.int64))
    join = graph.constant("join", np.array([0, 0, shape.hidden], dtype=np.int64))
    heads = []
    for name, source, order in zip(
        "qkv", inputs, ((0, 2, 1, 3), (0, 2, 3, 1), (0, 2, 1, 3)), strict=True
    ):
        parts = graph.node("Reshape", [source, split], f"{at}.{name}.split")
        heads.append(graph.node("Transpose", [parts], f"{at}.{name}.heads", perm=order))
    scores = graph.node("MatMul", heads[:2], f"{at}.scores")
    scale = graph.constant("scale", np.array(width**-0.5, dtype=np.float32))
    scores = graph.node("Mul", [scores, scale], f"{at}.scaled")
    scores = graph.node("Add", [scores, bias], f"{at}.masked")
    weights = graph.node("Softmax", [scores], f"{at}.weights", axis=-1)
    context = graph.node("MatMul", [weights, heads[2]], f"{at}.context")
    context = graph.node("Transpose", [context], f"{at}.merged", perm=(0, 2, 1, 3))
    return graph.node("Reshape", [context, join], f"{at}.joined")


def _gelu(graph: _Graph, at: str, rows: str) -> str:
    """The exact GELU, x/2 · (1 + erf(x/√2)) (Hendrycks and Gimpel 2016)."""

    def number(name: str, value: float) -> str:
        return graph.constant(name, np.array(value, dtype=np.float32))

    inner = graph.node("Div", [rows, number("root2", 2.0**0.5)], f"{at}.gelu.inner")
    error = graph.node("Erf", [inner], f"{at}.gelu.erf")
    shifted = graph.node("Add", [error, number("one", 1.0)], f"{at}.gelu.shifted")
    product = graph.node("Mul", [rows, shifted], f"{at}.gelu.product")
    return graph.node("Mul", [product, number("half", 0.5)], f"{at}.gelu")


def _pool(graph: _Graph, rows: str) -> None:
    """Mean of the unmasked rows at unit length, as `sentence_embedding`."""
    last = graph.constant("last.axis", np.array([-1], dtype=np.int64))
    middle = graph.constant("token.axis", np.array([1], dtype=np.int64))
    weights = graph.node("Unsqueeze", ["mask", last], "pool.weights")
    kept = graph.node("Mul", [rows, weights], "pool.kept")
    # At unit length the sum is the mean.
    total = graph.node("ReduceSum", [kept, middle], "pool.total", keepdims=0)
    length = graph.node("ReduceL2", [total], "pool.length", axes=[-1], keepdims=1)
    graph.node("Div", [total, length], "sentence_embedding")
