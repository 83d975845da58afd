"""Verdicts: what the reader says, weighed with what the numbers say."""

import numpy as np
import pytest

from matcher.documents import Document
from matcher.features import pair_features
from matcher.reading.closely import nearness_by_claim
from matcher.requirements.clauses import clauses
from matcher.requirements.extract import find_requirements
from matcher.requirements.pairing import by_name, paired_numbers
from matcher.requirements.polarity import denial_of
from matcher.requirements.verdicts import Read, VerdictOdds, weighed, with_denials
from matcher.rerank import Profiler
from matcher.text.idf import background_idf
from matcher.types import Achievement, Need
from models.base import PairReading
from tests.fakes import CharReader
from tests.matcher.worlds import SignEncoder, embedder_of

ODDS = VerdictOdds(
    relations={"met": (0.05, 0.1, 0.85), "short": (0.2, 0.7, 0.1), "against": (0.8, 0.15, 0.05)}
)
UNSURE = (0.34, 0.33, 0.33)


def verdicts(
    segmenter,
    need_text,
    offered_text,
    shares,
    passages=None,
    odds=ODDS,
    named=None,
    likeness=0.0,
    clause_likeness=0.0,
):
    need = Document.of(Need(id="N", text=need_text), segmenter)
    achievement = Document.of(Achievement(id="A", title="装置", text=offered_text), segmenter)
    asked = find_requirements([need], CharReader())[0]
    count = len(asked.requirements)
    if passages is None:
        passages = [[1.0] + [0.0] * len(achievement.sentences)] * count
    reading = PairReading(
        np.zeros(3, dtype=np.float32),
        np.array([shares] * count, dtype=np.float32),
        np.array(passages, dtype=np.float32),
    )
    pair = pair_features(
        *Profiler(embedder_of(SignEncoder()), background_idf()).fresh([need, achievement])
    )
    compared = paired_numbers(pair, asked, *nearness_by_claim(pair, asked), by_name())
    own = weighed(reading, compared, odds)
    near = np.zeros((count, len(achievement.sentences))) + likeness
    given = own if named is None else np.array([named] * count)
    parts = tuple(
        one for place in achievement.sentences for one in clauses(achievement.full, *place)
    )
    denials = tuple(denial_of(one.span.text, achievement.full, parts) for one in asked.requirements)
    return Read(
        asked,
        achievement,
        reading,
        compared,
        own,
        with_denials(given, denials),
        near,
        parts,
        np.zeros((count, len(parts))) + clause_likeness,
        denials,
    ).verdicts


@pytest.mark.parametrize(
    ("offered", "name", "against"),
    [
        ("经试验，耐温达1300℃。", "met", False),
        ("经试验，耐温达1150℃。", "partly", False),
        ("经试验，耐温为500℃。", "missing", True),
    ],
)
def test_a_number_that_answers_decides_where_the_reader_is_unsure(
    segmenter, offered, name, against
):
    [verdict] = verdicts(segmenter, "耐温不低于1200℃", offered, UNSURE)
    assert (verdict.name, verdict.contradicted) == (name, against)
    assert offered.rstrip("。") in verdict.evidence[0].text or verdict.evidence[0].text in offered


def test_silence_is_missing_and_has_no_evidence(segmenter):
    [verdict] = verdicts(segmenter, "附着牢固", "本装置结构紧凑。", (0.9, 0.05, 0.05))
    assert (verdict.name, verdict.contradicted, verdict.evidence) == ("missing", False, ())


def test_a_sentence_that_the_reader_points_at_makes_missing_a_contradiction(segmenter):
    said = [[0.05, 0.1, 0.85]]
    [verdict] = verdicts(segmenter, "附着牢固", "涂层容易脱落。", (0.9, 0.05, 0.05), said)
    assert verdict.contradicted
    assert verdict.evidence[0].text == "涂层容易脱落"


def test_other_quantities_are_left_to_the_reader(segmenter):
    [verdict] = verdicts(segmenter, "耐温不低于1200℃", "厚度为3mm。", (0.8, 0.1, 0.1))
    assert (verdict.name, verdict.contradicted) == ("missing", False)


def test_what_was_cut_off_before_the_reader_saw_it_is_missing(segmenter):
    [verdict] = verdicts(segmenter, "附着牢固", "涂层附着牢固。", (np.nan,) * 3)
    assert verdict.name == "missing"


def test_shares_are_probabilities(segmenter):
    for verdict in verdicts(segmenter, "耐温不低于1200℃，成本低", "耐温达1300℃。", UNSURE):
        assert 1 / 3 <= verdict.confidence <= 1


def test_the_bias_moves_a_close_call(segmenter):
    favours = VerdictOdds(bias=(1.0, 3.0, 1.0))
    [plain] = verdicts(segmenter, "附着牢固", "较牢固。", (0.4, 0.3, 0.3))
    [moved] = verdicts(segmenter, "附着牢固", "较牢固。", (0.4, 0.3, 0.3), odds=favours)
    assert (plain.name, moved.name) == ("missing", "partly")


def test_of_several_numbers_that_of_the_same_quantity_is_compared(segmenter):
    """The reader points elsewhere; the proof is the sentence with the compared number."""
    said = [[0.1, 0.2, 0.6, 0.1]]
    text = "厚度为1500mm。耐温达1300℃。"
    [verdict] = verdicts(segmenter, "耐温不低于1200℃", text, UNSURE, said)
    assert (verdict.name, verdict.evidence[0].text) == ("met", "耐温达1300℃")


def test_verdicts_follow_the_readers_shares_where_there_is_no_number(segmenter):
    """Whatever the texts are: this is the reader's part alone."""
    for shares, name in (((0.2, 0.5, 0.3), "partly"), ((0.1, 0.2, 0.7), "met")):
        [verdict] = verdicts(segmenter, "附着牢固", "附着好。", shares, [[0.2, 0.1, 0.7]])
        assert verdict.name == name
        assert verdict.confidence == pytest.approx(max(shares))
        assert verdict.evidence[0].text == "附着好"


def test_verdicts_are_named_by_all_that_is_known(segmenter):
    said = [[0.8, 0.1, 0.1]]
    [verdict] = verdicts(
        segmenter, "附着牢固", "附着好。", (0.9, 0.05, 0.05), said, named=(0.1, 0.2, 0.7)
    )
    assert (verdict.name, verdict.confidence) == ("met", pytest.approx(0.7))
    assert len(verdict.evidence) == 1


def test_the_proof_is_where_the_reader_points_and_where_it_is_near(segmenter):
    text, said = "甲方法简单。乙方法附着牢固。", [[0.1, 0.1, 0.5, 0.3]]
    for likeness, proof in (
        ([0.0, 0.0, 0.0], "甲方法简单。"),
        ([0.0, 0.2, 0.9], "乙方法附着牢固。"),
        ([0.0, 0.2, 0.21], "甲方法简单。"),
    ):
        [verdict] = verdicts(
            segmenter, "附着牢固", text, (0.1, 0.1, 0.8), said, likeness=np.array(likeness)
        )
        assert verdict.evidence[0].text.rstrip("。") == proof.rstrip("。")


LONG = "本装置由进料斗、螺旋轴和机壳组成，耐温达1300℃，经两年运行各处完好，备件在省内仓库常年备有"


def test_the_clause_with_the_number_is_quoted_not_the_whole_sentence(segmenter):
    [verdict] = verdicts(segmenter, "耐温不低于1200℃", f"{LONG}。", UNSURE)
    [proof] = verdict.evidence
    assert "耐温达1300℃" in proof.text
    assert len(proof.text) <= 36 < len(LONG)
    assert proof.text == f"{LONG}。"[proof.start : proof.end]


def test_of_a_long_sentence_the_nearest_clause_is_quoted(segmenter):
    said = [[0.1, 0.0, 0.9]]
    near = np.array([0.0, 0.0, 0.0, 0.1, 0.9])
    [verdict] = verdicts(
        segmenter, "备件好买", f"{LONG}。", (0.1, 0.1, 0.8), said, clause_likeness=near
    )
    assert verdict.evidence[0].text.endswith("备件在省内仓库常年备有")
    assert "进料斗" not in verdict.evidence[0].text


def test_what_a_need_denies_and_an_offer_says_outright_is_contradicted(segmenter):
    text = "涂层附着好。更换滤袋须停炉四小时。"
    [verdict] = verdicts(segmenter, "更换不停炉", text, (0.3, 0.1, 0.6))
    assert (verdict.name, verdict.contradicted) == ("missing", True)
    assert verdict.evidence[0].text == "更换滤袋须停炉四小时"


def test_what_both_deny_is_met_and_quoted(segmenter):
    text = "涂层附着好。运行全程无废渣外运。"
    [verdict] = verdicts(segmenter, "不产生废渣", text, (0.6, 0.1, 0.3), [[0.1, 0.1, 0.7, 0.1]])
    assert verdict.name == "met"
    assert verdict.evidence[0].text == "运行全程无废渣外运"
