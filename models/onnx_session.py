"""Opens ONNX models the way that every model of this room is run."""

from pathlib import Path
from typing import Any

from models.errors import ModelFormatError


def open_session(path: Path) -> Any:
    """Open the model for calls from several threads, each of which computes alone."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own classes are not exported
        raise ModelFormatError(path, f"onnxruntime 打不开（{error}）") from error
