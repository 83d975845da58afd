"""Looks over an installation: what is wrong, and what to do about it. Changes nothing."""

import logging
import math
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

from indexing.errors import IndexingError, IndexMissingError
from matcher.errors import MatchError
from matcher.types import Side
from models.errors import ModelsError
from service.errors import ServiceError
from service.settings import Home, Settings
from service.store.engine import server_address
from service.store.health import StoreHealth, examine
from service.sync import META_REVISION, SIDES

log = logging.getLogger(__name__)

LIBRARIES = (
    *("numpy", "scipy", "scikit-learn", "faiss-cpu", "tantivy", "jieba", "rjieba"),
    *("onnxruntime", "tokenizers", "safetensors", "sentence-transformers"),
    *("SQLAlchemy", "alembic", "pydantic", "pydantic-settings", "typer", "rich"),
    *("python-calamine", "platformdirs", "filelock"),
)
_LEAST_FREE = 500_000_000
_SIDE_NAMES: dict[Side, str] = {"need": "需求", "achievement": "成果"}
_REINSTALL = "重新安装：pip install --force-reinstall duijie"


class Check(NamedTuple):
    """One thing that was looked at; the texts are Chinese."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def check_all(settings: Settings, parts: Any) -> Iterator[Check]:
    """Look at everything, one thing after another.

    Args:
        settings: What is in use.
        parts: The composition root, `service.bootstrap`.
    """
    home = Home(settings.home)
    yield from _guarded("Python 与依赖库", _libraries)
    yield from _guarded("数据目录", lambda: _home(home))
    yield from _guarded("模型文件", lambda: _model_files(settings, parts))
    yield from _guarded("编码模型", lambda: _encoder(settings, parts))
    found: list[StoreHealth] = []
    yield from _guarded("数据库", lambda: _store(home, settings.database, found))
    revisions = found[0].revisions if found else {}

    @cache
    def fingerprint() -> str:
        return str(parts.index_fingerprint(settings))

    for side in SIDES:
        look = partial(_index, side, partial(parts.open_index, settings, side), fingerprint)
        yield from _guarded(f"{_SIDE_NAMES[side]}索引", partial(look, revisions.get(side, 0)))


def _guarded(name: str, look: Callable[[], Check]) -> Iterator[Check]:
    try:
        yield look()
    except (ServiceError, MatchError, IndexingError, ModelsError) as error:
        yield Check(name, False, str(error))
    # A broken installation fails in ways that nobody foresaw; the other checks still matter.
    except Exception as error:
        log.warning("check failed with %s", type(error).__name__)
        yield Check(name, False, f"检查时出错：{type(error).__name__}: {error}", _REINSTALL)


def _libraries() -> Check:
    found, missing = [], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    python = f"Python {platform.python_version()}"
    if missing:
        return Check("Python 与依赖库", False, f"{python}；缺少 {'、'.join(missing)}", _REINSTALL)
    return Check("Python 与依赖库", True, "；".join((python, *found)))


def _home(home: Home) -> Check:
    name = "数据目录"
    nearest = next(path for path in (home.root, *home.root.parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return Check(name, False, f"{home.root} 不能写入", "检查权限，或者用 --home 换一个目录")
    free = shutil.disk_usage(nearest).free
    detail = f"{home.root}，剩余空间 {free / 1e9:.1f} GB"
    if free < _LEAST_FREE:
        return Check(name, False, detail, "腾出空间，或者用 --home 换到别的磁盘")
    return Check(name, True, detail)


def _model_files(settings: Settings, parts: Any) -> Check:
    names = parts.verify_models(settings)
    return Check("模型文件", True, f"完好：{'、'.join(names)}")


def _encoder(settings: Settings, parts: Any) -> Check:
    encoder = parts.load_encoder(settings)
    vector = encoder.encode(["耐高温陶瓷涂层"], "query")[0]
    length = math.sqrt(float(vector @ vector))
    if not math.isclose(length, 1.0, abs_tol=1e-2):
        detail = f"{encoder.name} 的输出不正常（向量长度 {length:.3f}，应为 1）"
        return Check("编码模型", False, detail, _REINSTALL)
    return Check("编码模型", True, f"{encoder.name}，{encoder.dim} 维，可以运行")


def _store(home: Home, server: str, healths: list[StoreHealth]) -> Check:
    name = "数据库"
    address = server_address(server)
    if address is None and not home.database.exists():
        return Check(name, True, "还没有导入数据；用 duijie import 导入，或者运行 duijie demo")
    health = examine(address or home.database)
    if not health.is_known:
        detail = f"结构版本 {health.version} 由更新的 duijie 写成"
        return Check(name, False, detail, "升级 duijie")
    if health.damage:
        detail = f"{home.database} 已损坏（{health.damage}）"
        return Check(name, False, detail, "从备份恢复，或者删除它后重新导入")
    healths.append(health)
    if not health.is_current:
        return Check(name, True, f"结构版本 {health.version} 较旧，下次使用时会自动升级")
    counts = "，".join(f"{_SIDE_NAMES[side]} {n:,} 条" for side, n in health.counts.items())
    return Check(name, True, counts)


def _index(
    side: Side, open_index: Callable[[], Any], fingerprint: Callable[[], str], stored: int
) -> Check:
    name = f"{_SIDE_NAMES[side]}索引"
    try:
        bundle = open_index()
    except IndexMissingError:
        if stored:
            return Check(name, False, "还没有建立", "运行 duijie index")
        return Check(name, True, "还没有数据，不需要索引")
    if bundle.fingerprint != fingerprint():
        detail = "是用另一个编码模型或另一版本的程序建立的"
        return Check(name, False, detail, "运行 duijie index --rebuild，或者换回原来的编码模型")
    taken = int(bundle.meta.get(META_REVISION, 0))
    if taken < stored:
        return Check(name, False, f"落后于数据库（{taken} < {stored}）", "运行 duijie index")
    if taken > stored:
        detail = f"比数据库新（{taken} > {stored}），数据库可能是从备份恢复的"
        return Check(name, False, detail, "运行 duijie index --rebuild")
    return Check(name, True, f"{len(bundle):,} 条，文件完好，与数据库一致")
