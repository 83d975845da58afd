"""The quality of descriptions as JSON values: one record's, and that of many."""

from typing import Any

from matcher.quality import POOR, Assessment, QualityCounts

_ADVICE = 3


def description_as_json(counts: QualityCounts) -> dict[str, Any]:
    """Give what many assessments say as JSON values."""
    return {
        "mean": None if counts.mean is None else round(counts.mean, 4),
        "poor": counts.poor,
        "poor_below": POOR,
        "bins": counts.bins,
        "missing": dict(counts.missing.most_common()),
        "defects": dict(counts.defects.most_common()),
        "advice": [
            {"advice": words, "records": number} for words, number in counts.worth_most(_ADVICE)
        ],
    }


def assessment_as_json(assessment: Assessment) -> dict[str, Any]:
    """Give an assessment as JSON values."""
    return {
        "id": assessment.id,
        "side": assessment.side,
        "score": round(assessment.score, 4),
        "parts": [
            {
                "aspect": part.aspect,
                "title": part.title,
                "weight": part.weight,
                "value": round(part.value, 4),
                "evidence": None
                if part.evidence is None
                else {
                    "field": part.evidence.field,
                    "span": [part.evidence.start, part.evidence.end],
                    "text": part.evidence.text,
                },
                "field": part.field or None,
                "advice": part.advice or None,
            }
            for part in assessment.parts
        ],
        "defects": [
            {
                "name": defect.name,
                "share": round(defect.share, 4),
                "loss": round(defect.loss, 4),
                "advice": defect.advice,
            }
            for defect in assessment.defects
        ],
        "advice": list(assessment.advice),
    }
