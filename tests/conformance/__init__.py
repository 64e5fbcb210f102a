"""The conformance kit: one small shop a trap, its figures worked out by hand, and a plain ledger that shares no SQL.

`cases` holds the shops and what each must come to; `ledger` and `sums` work the same figures out of any shop in plain
loops; `score` compares either with the marts that a pipeline has made of the shop.
"""
