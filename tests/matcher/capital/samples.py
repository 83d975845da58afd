"""A fund, an achievement and an enterprise that fit each other; tests change one thing."""

from datetime import date

from matcher.capital.types import Mandate
from matcher.types import Achievement, Need

TODAY = date(2026, 11, 23)


def mandate(**changes):
    values = {
        "id": "F1",
        "name": "青岚成长基金",
        "institution": "青岚创投",
        "kind": "equity",
        "text": "投纺织印染的节水技术",
        "min_trl": 6,
        "max_trl": 8,
        "stages": ("growth",),
        "industries": ("纺织业",),
        "min_wan": 100.0,
        "max_wan": 500.0,
        "regions": ("浙江省",),
        "requirements": ("已授权发明专利",),
        "valid_until": date(2027, 6, 30),
    }
    return Mandate(**{**values, **changes})


def achievement(**changes):
    values = {
        "id": "A1",
        "title": "低浴比染色机",
        "text": "织物染色用水减少一半",
        "industry": "纺织业",
        "region": "浙江省绍兴市",
        "trl": 7,
        "ip": "已授权发明专利2项",
        "price_wan": 300.0,
    }
    return Achievement(**{**values, **changes})


def need(**changes):
    values = {
        "id": "N1",
        "title": "印染废水减量",
        "text": "希望染色环节少用水",
        "organisation": "湖溪印染厂",
        "industry": "纺织业",
        "region": "浙江省绍兴市",
        "budget_wan": 260.0,
    }
    return Need(**{**values, **changes})


def half(pairs):
    """A likeness that finds everything half alike."""
    return [0.5] * len(pairs)
