"""The third side: funds, banks and guarantors, matched by rules and text with both others.

`types` has the records, `wording` reads what lists of mandates say, `seeker` an achievement or an
enterprise that could be financed; `rules` judges a pair rule by rule, `match` adds the parts up,
`triples` joins need, achievement and mandate for an event.
"""
