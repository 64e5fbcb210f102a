"""Which landed rows may be loaded, checked with Great Expectations.

validate      the stage: finds what has to be validated, and works through it in bounded batches
rules/        every rule: what must hold, what follows if it does not, and what to do
batches       reads landed rows into a scratch database
frames        helper columns that the rules look at, computed in SQL
expectations  the rules as Great Expectations checks them
verdicts      which row broke which rule, and what is quarantined with it
anomalies     warnings about unusual days
counts        the record: rows read, accepted and quarantined, by rule
summary       what was found, for people
rejection     why a batch is rejected, in words
likely_causes why many orders do not add up, where their amounts show it
"""
