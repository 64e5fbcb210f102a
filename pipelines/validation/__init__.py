"""Which landed rows may be loaded, by Great Expectations.

validate      the stage: what is pending, in bounded batches
rules/        every rule, in words: what is checked and what follows
batches       landed rows in the validation's scratch database
frames        helper columns that the rules look at, exact, in SQL
expectations  the rules as Great Expectations checks them
verdicts      who broke what, and what is kept back with it
anomalies     is this day like the shop's other days? Warnings only
counts        rows read, accepted and kept back, by rule
summary       what was found, in words for people
"""
