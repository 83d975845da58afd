"""Where the files of a sentence-transformers model are; fetching them only when asked to."""

import hashlib
from pathlib import Path

from models.card import file_sha256
from models.errors import ModelDownloadError, ModelNotLocalError

_NOT_NEEDED = ["*.onnx", "onnx/*", "openvino/*", "*.msgpack", "*.h5", "*.ot", "*.gguf", "imgs/*"]
"""Other formats of the same weights, which can be gigabytes."""


def locate(name: str, *, download: bool = False) -> Path:
    """Find the folder of a model on this machine.

    Args:
        name: A folder, or a model's name on the hub.
        download: Fetch the model from the hub where it is not here, or not complete.

    Raises:
        ModelNotLocalError: the model is not on this machine and `download` is false.
        ModelDownloadError: the hub could not be reached or has no such model.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(
            snapshot_download(name, local_files_only=not download, ignore_patterns=_NOT_NEEDED)
        )
    except (HFValidationError, LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        if download:
            raise ModelDownloadError(name, str(error)) from error
        raise ModelNotLocalError(name, f"python -m models.fetch {name}") from None


def folder_digest(folder: Path) -> str:
    """Hash a model's folder: the paths and bytes of all its files, 12 hex digits.

    Documentation, hidden files and folders do not count; a copy has the same digest.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if path.is_file() and not hidden and path.suffix.lower() != ".md":
            digest.update(f"{relative.as_posix()} {file_sha256(path)}\n".encode())
    return digest.hexdigest()[:12]
