"""All fitted numbers of one encoder, as one file that comes with a card."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from matcher.errors import NoWeightsError, ResourceError
from matcher.fit import Fit, FitModel, FitModels
from matcher.requirements.naming import VerdictModel
from matcher.requirements.pairing import Pairing
from matcher.requirements.verdicts import VerdictOdds

FORMAT = 3
"""Of the file; weights that were fitted under another one are fitted anew."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted models of one encoder.

    Attributes:
        first: judges by what retrieval knows (`matcher.fuse`).
        pair: judges after a comparison of stored numbers (`matcher.rerank`).
        read: judges after both texts were read together (`matcher.reading`).
        odds: how the reader's verdicts are weighed.
        naming: names the verdicts (`matcher.requirements.naming`).
        pairing: finds the number that answers a required one (`matcher.requirements.pairing`).
        centre: mean vector of usual texts, by role (`matcher.embed.Centre`).
        abstention: the least probability of a level that must still be thought possible
            (`matcher.abstention`), for pairs that were read; 0 where it was not calibrated.
    """

    first: FitModels
    pair: FitModels
    centre: Mapping[str, Sequence[float]]
    read: FitModels = field(default_factory=lambda: FitModels({}))
    odds: VerdictOdds = field(default_factory=VerdictOdds)
    naming: VerdictModel | None = None
    abstention: float = 0.0
    pairing: Pairing | None = None

    @property
    def fingerprint(self) -> str:
        """Hash of all numbers."""
        return "fit-" + hashlib.sha256(self.dumps({}).encode()).hexdigest()[:12]

    def judge(self, offer: str, values: Mapping[str, float]) -> Fit:
        """Judge a pair by the model for what is known of it: read, or only compared."""
        return (self.read if "reader" in values else self.pair)(offer, values)

    def dumps(self, card: Mapping[str, Any]) -> str:
        """Write the models as JSON, with a card that says where they come from."""
        stored: dict[str, Any] = {
            "card": dict(card),
            "centre": self.centre,
            "abstention": self.abstention,
            "odds": {"bias": self.odds.bias, "relations": dict(self.odds.relations)},
        }
        for part in ("naming", "pairing"):
            if model := getattr(self, part):
                stored[part] = model.as_json()
        for name in ("first", "pair", "read"):
            models: FitModels = getattr(self, name)
            stored[name] = {offer: model.as_json() for offer, model in models.by_offer.items()}
        return json.dumps(stored, ensure_ascii=False, sort_keys=True) + "\n"

    @classmethod
    def loads(cls, packed: str) -> "Weights":
        """Read what `dumps` wrote.

        Raises:
            ResourceError: it is no such file, or one of an earlier version.
        """
        try:
            stored = json.loads(packed)
            first, pair, read = (
                FitModels({at: FitModel.from_json(one) for at, one in stored[name].items()})
                for name in ("first", "pair", "read")
            )
            if not read.by_offer.keys() <= pair.by_offer.keys():
                raise ValueError(f"read: {sorted(read.by_offer)}")  # else a list fails half-way
            centre = {role: tuple(stored["centre"][role]) for role in ("query", "passage")}
            relations = {at: tuple(one) for at, one in stored["odds"]["relations"].items()}
            odds = VerdictOdds(tuple(stored["odds"]["bias"]), relations)
            abstention = float(stored["abstention"])
            named, paired = stored.get("naming"), stored.get("pairing")
            naming = VerdictModel.from_json(named) if named else None
            pairing = Pairing.from_json(paired) if paired else None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ResourceError(
                f"匹配度权重文件无法读取（{error}），可能由旧版本生成；请重新生成或安装。"
            ) from error
        return cls(first, pair, centre, read, odds, naming, abstention, pairing)

    @classmethod
    def shipped(cls, encoder: str) -> "Weights":
        """Read the weights that come with the package for an encoder.

        Raises:
            NoWeightsError: none come with the package for this encoder.
        """
        folder = resources.files("matcher") / "weights"
        try:
            # looked up by name: an encoder may be named by a path, which leads elsewhere
            files = {file.name: file for file in folder.iterdir()}
            packed = files[f"{encoder}.json"].read_text(encoding="utf-8")
        except (OSError, KeyError) as error:
            raise NoWeightsError(
                f"编码器 {encoder} 没有随程序提供的匹配度权重；"
                f"请运行 duijie index --encoder {encoder}，它会先用自带样例拟合权重。"
            ) from error
        return cls.loads(packed)
