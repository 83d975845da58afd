"""Many events from one pool: who is shown where, how often, and nobody forgotten.

`plan` says what is wanted, `outcome` what came of it; `hall` is one event as arrays, `cast` who is
on its stage, `fill` fills it; `ledger` counts appearances, `promise` finds each institution a
place, `prices` lets events compete for who may be shown only so often. `improve` fills each event
anew, `trade` lets two of them exchange, `bound` says how much better it could be, `exposure` and
`forgotten` who was shown how often, and who not. `solve.plan_series` puts them in order.
"""
