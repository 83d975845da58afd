"""How well a record is described, in [0, 1], and what to add: `assess(record) -> Assessment`.

`data/aspects.toml` says what a good description names and what each thing counts; `assess` looks
for each and shows where it stands; `counts` adds up many records.
"""

from matcher.quality.assess import Assessment, Defect, Part, assess
from matcher.quality.counts import POOR, QualityCounts

__all__ = ["POOR", "Assessment", "Defect", "Part", "QualityCounts", "assess"]
