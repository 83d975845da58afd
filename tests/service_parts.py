"""A composition root with a stand-in encoder and weights made by hand, and how to call with it."""

import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexing.bundle import Bundle
from matcher.config import MatchConfig
from matcher.embed import Embedder
from matcher.features import OFFERS
from matcher.fit import Fit, FitModel, FitModels
from matcher.indexer import bundle_fingerprint
from matcher.memory.compared import Comparer
from matcher.pipeline import Matcher, SearchSide
from matcher.reading.closely import CloseReader
from matcher.requirements.verdicts import VerdictOdds
from matcher.scoring import read_document, score_pairs
from matcher.types import Achievement, Need, Requirement, Side
from matcher.weighing import (
    FIRST_FEATURES,
    FULL_FEATURES,
    READ_FEATURES,
    TITLE_FEATURES,
    WORD_FEATURES,
)
from matcher.weight_file import Weights
from models.base import FloatMatrix, Role, TokenVectors
from service import bootstrap
from service.cli.main import main
from service.indexer import BundleIndexer
from service.pairs import Pair
from service.settings import Home, Settings
from service.store.store import Store
from service.sync import SIDES
from service.training.folder import take_model
from tests.fakes import CharEncoder, CharReader


def _models(names: Callable[[str], Sequence[str]]) -> FitModels:
    return FitModels(
        {
            offer: FitModel(
                {name: 3.0 if name in WORD_FEATURES else 0.5 for name in names(offer)},
                {name: 0.0 if name in WORD_FEATURES else 0.2 for name in names(offer)},
                (0.5, 1.5, 3.0),
            )
            for offer in OFFERS
        }
    )


ZERO = (0.0,) * CharEncoder.dim
WEIGHTS = Weights(
    first=_models(lambda offer: FIRST_FEATURES),
    pair=_models(lambda offer: FULL_FEATURES if offer.endswith("-full") else TITLE_FEATURES),
    centre={"query": ZERO, "passage": ZERO},
)
READ_WEIGHTS = replace(
    WEIGHTS, read=_models(lambda offer: (*FULL_FEATURES, *READ_FEATURES)), abstention=0.001
)


class SignEncoder(CharEncoder):
    """A `CharEncoder` whose token vectors are signs, which an index gives back as they were."""

    def encode_tokens(
        self, texts: Sequence[str], role: Role
    ) -> tuple[FloatMatrix, list[TokenVectors]]:
        vectors, tokens = super().encode_tokens(texts, role)
        step = np.float32(self.dim**-0.5)
        return vectors, [
            TokenVectors(np.where(one.vectors > 0, step, -step), one.spans) for one in tokens
        ]


class CharParts:
    """`service.bootstrap` with `SignEncoder` and `WEIGHTS` in the place of loaded ones."""

    weights = WEIGHTS
    reader: CloseReader | None = None

    open_store = staticmethod(bootstrap.open_store)
    scorer_of = staticmethod(bootstrap.scorer_of)

    def __init__(self) -> None:
        self.segmenter = bootstrap.make_segmenter()
        self.embedder: Embedder = bootstrap.make_embedder(SignEncoder(), WEIGHTS)
        self.encoders: list[str] = []

    def make_indexer(
        self, settings: Settings, progress: Callable[[float], None] = lambda share: None
    ) -> BundleIndexer:
        self.encoders.append(settings.encoder)
        return BundleIndexer(self.embedder, self.segmenter)

    def make_matcher(
        self,
        settings: Settings,
        store: Store,
        config: MatchConfig | None = None,
        index_home: Home | None = None,
    ) -> Matcher:
        self.encoders.append(settings.encoder)
        home = index_home or Home(settings.home)
        fingerprint = bundle_fingerprint(self.embedder, self.segmenter)
        opened = {side: Bundle.open(home.index(side), fingerprint=fingerprint) for side in SIDES}
        return self.matcher_over(opened, store, config)

    def matcher_over(
        self, opened: Mapping[Side, Bundle], store: Store, config: MatchConfig | None = None
    ) -> Matcher:
        sides = {side: SearchSide(opened[side], store.side(side)) for side in SIDES}
        return Matcher(sides, self.embedder, self.segmenter, self.weights, config, self.reader)

    reopened = staticmethod(bootstrap.reopened)

    def make_comparer(self, settings: Settings) -> Comparer:
        self.encoders.append(settings.encoder)
        return Comparer(self.embedder, self.segmenter, WEIGHTS)

    def make_own_scorer(
        self, settings: Settings, folder: Path
    ) -> Callable[[Sequence[Pair]], list[Fit]]:
        comparer = self.make_comparer(settings)
        model = take_model(folder, comparer.fingerprints)
        return lambda pairs: model(comparer(pairs)) if pairs else []

    def make_scorer(self, settings: Settings) -> Callable[[Sequence[Pair]], list[Fit]]:
        self.encoders.append(settings.encoder)
        return lambda pairs: score_pairs(
            pairs, self.embedder, self.segmenter, self.weights, self.reader
        )

    def find_requirements(self, need: Need) -> tuple[Requirement, ...]:
        document = read_document(need, self.segmenter)
        return CloseReader(CharReader(), VerdictOdds()).asked([document])[0].requirements


class ReadingParts(CharParts):
    """Reads pairs together, by shared characters."""

    weights = READ_WEIGHTS

    def __init__(self) -> None:
        super().__init__()
        self.reader = CloseReader(CharReader(), VerdictOdds())


class Caller:
    """Calls the program on a home and keeps what it printed."""

    def __init__(self, home: Home, monkeypatch: pytest.MonkeyPatch, parts: Any) -> None:
        self.home = home
        self.parts = parts
        self._monkeypatch = monkeypatch
        self.out = self.err = ""

    def __call__(self, *arguments: str | Path, stdin: str | bytes = "") -> int:
        out, err = io.StringIO(), io.StringIO()
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        given = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8")
        with self._monkeypatch.context() as patch:
            for name, stream in (("stdin", given), ("stdout", out), ("stderr", err)):
                patch.setattr(sys, name, stream)
            code = main(["--home", str(self.home.root), *map(str, arguments)], parts=self.parts)
        self.out, self.err = out.getvalue(), err.getvalue()
        return code

    def document(self, *arguments: str | Path, stdin: str = "") -> Any:
        """Call with `--json`, which must work, and read what it printed."""
        assert self(*arguments, "--json", stdin=stdin) == 0, self.err
        return json.loads(self.out, parse_constant=_refuse)


def _refuse(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


NEEDS = (
    Need(
        id="N1",
        title="发动机叶片抗氧化涂层",
        text="叶片在1100℃的燃气中工作。需要附着力强的热障涂层，寿命不少于2000小时。",
        region="江苏省无锡市",
        industry="航空制造",
    ),
    Need(
        id="N2",
        title="",
        text="园区污水厂出水总氮偏高，希望找到占地小、低温下仍能脱氮的工艺。",
        region="浙江省宁波市",
    ),
    Need(id="N3", title="鲜切果蔬的保鲜包装"),
)
ACHIEVEMENTS = (
    Achievement(
        id="A1",
        title="等离子喷涂热障涂层",
        text="在高温合金叶片表面喷涂双层热障涂层，1150℃循环氧化后附着力强。已用于三种发动机叶片。",
        region="江苏省苏州市",
        trl=7,
        industry="航空制造",
    ),
    Achievement(
        id="A2",
        title="反硝化生物滤池低温脱氮工艺",
        text="用驯化的耐冷菌群，8℃下出水总氮低于10 mg/L，占地比活性污泥法小一半。",
        region="浙江省杭州市",
        trl=8,
        industry="环保",
    ),
    Achievement(id="A3", title="果蔬气调保鲜薄膜", region="山东省寿光市", trl=5, industry="包装"),
    Achievement(
        id="A4",
        title="叶片激光熔覆修复",
        text="对磨损的叶片进行激光熔覆，恢复尺寸和强度。",
        region="陕西省西安市",
        trl=4,
        industry="航空制造",
    ),
    Achievement(
        id="A5", title="", text="玉米秸秆深翻还田机，一次完成粉碎与覆土。", region="吉林省长春市"
    ),
)
