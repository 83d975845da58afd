"""The trained reader as files: an int8 ONNX transformer, and the heads as arrays."""

import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import nn

from models.pair_heads import LAYERS, PairHeads
from models.training.reader.network import ReaderNetwork

OPSET = 17


class _Tokens(nn.Module):
    """The transformer alone, for one pair without padding.

    Without padding there is nothing to mask, and the mask's selections cost as much as all
    multiplications by the quantised weights.
    """

    def __init__(self, network: ReaderNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
        return self.network.tokens(ids, None, kinds)


def write_model(network: ReaderNetwork, path: Path) -> None:
    """Write the transformer: weights int8 per channel, activations by each run's own range."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network.eval()
    ids = torch.arange(10, 34).unsqueeze(0)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of shapes that it traces
        plain = Path(folder) / "model.onnx"
        torch.onnx.export(
            _Tokens(network),
            (ids, torch.zeros_like(ids)),
            str(plain),
            input_names=["ids", "kinds"],
            output_names=["tokens"],
            dynamic_axes={"ids": {1: "l"}, "kinds": {1: "l"}, "tokens": {1: "l"}},
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(plain, path, per_channel=True, weight_type=QuantType.QInt8)


def heads_of(network: ReaderNetwork) -> PairHeads:
    """Copy the heads out."""
    arrays: dict[str, np.ndarray] = {}
    for name in LAYERS:
        layer = getattr(network, name)
        arrays[f"{name}.w"] = layer.weight.detach().numpy().astype(np.float32)
        arrays[f"{name}.b"] = layer.bias.detach().numpy().astype(np.float32)
    return PairHeads(arrays)
