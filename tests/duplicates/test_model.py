import json
import math

import numpy as np
import pytest

from benchmarks.duplicates import CARD, _fitted, _precision_recall_f1, read_pairs
from benchmarks.duplicates_made import made_pairs
from matcher.duplicates import model as module
from matcher.duplicates.differences import Difference
from matcher.duplicates.facts import FEATURES, Facts, Form
from matcher.duplicates.model import SameModel, fit_model, shipped_model
from matcher.errors import ResourceError


def facts(form: Form, **features: float) -> Facts:
    filled = {name: features.get(name, 0.0) for name in FEATURES[form]}
    return Facts(form, filled, 0.0, 0.0, None, (), Difference({}, {}), None)


def test_the_probability_is_the_logistic_of_the_weighed_sum() -> None:
    model = shipped_model()
    for form, weights in model.weights.items():
        named = dict.fromkeys(weights, 0.5)
        log_odds = model.bias[form] + 0.5 * math.fsum(weights.values())
        assert model(facts(form, **named)) == pytest.approx(1 / (1 + math.exp(-log_odds)))


def test_no_shipped_weight_speaks_the_wrong_way() -> None:
    for form, weights in shipped_model().weights.items():
        for name, weight in weights.items():
            assert weight * FEATURES[form][name] >= 0, (form, name)
        assert all(weights[name] < 0 for name in ("marks_differ", "title_slot", "title_swapped"))


def test_a_merge_needs_more_than_a_suggestion() -> None:
    assert 0 < shipped_model().suggest_from < 0.5 < shipped_model().merge_from < 1


def test_a_fit_separates_what_can_be_separated_and_keeps_the_signs() -> None:
    def pairs(form: Form) -> list[tuple[Facts, bool]]:
        same = [(facts(form, title_exact=0.8, title_telling=0.8), True)] * 20
        return [*same, *[(facts(form, title_exact=0.8, marks_differ=1.0), False)] * 20]

    fitted = fit_model([*pairs("full"), *pairs("short")], 0.8, 0.3)
    for rows in (pairs("full"), pairs("short")):
        assert all((fitted(one) > 0.5) == same for one, same in rows)
    for form, weights in fitted.weights.items():
        assert all(weight * FEATURES[form][name] >= 0 for name, weight in weights.items())


def test_weights_are_read_as_they_were_written() -> None:
    model = shipped_model()
    assert SameModel.loads(model.dumps(CARD)) == model


def test_weights_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(ResourceError, match="无法读取"):
        SameModel.loads("{}")
    stored = json.loads(shipped_model().dumps({}))
    del stored["weights"]["full"]["title_slot"]
    with pytest.raises(ResourceError, match="重新拟合"):
        SameModel.loads(json.dumps(stored))


def test_missing_weights_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FILE", "none.json")
    with pytest.raises(ResourceError, match=r"none\.json"):
        shipped_model.__wrapped__()


def test_the_shipped_weights_are_those_of_the_command_and_hold_their_promise() -> None:
    made = made_pairs()
    part = [one for one in made if one.is_test][::8]
    rows = read_pairs(part)
    model = shipped_model()
    same = [one.pair.same for one in rows]
    said = [model(one.facts) >= model.merge_from for one in rows]
    precision, _, f1 = _precision_recall_f1(np.array(same), np.array(said))
    assert sum(same) > 80
    assert precision >= 0.98
    assert f1 >= 0.95
    assert _fitted(rows) == []  # no test pair is ever fitted to
