"""One record per thing: which records of a side describe the same need or achievement.

`candidates` finds pairs worth a look, `judge` decides each pair and says why, `clusters` makes
groups of the decisions, `merged` shows a group as one record. Nothing here changes a record.
"""
