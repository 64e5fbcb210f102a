"""From the shop to the landing: which days are read and why, what is compared, and what never passes in the clear.

extract     which days a night or a backfill reads, and why
census      the shop's own list and count of orders, to compare with what has landed
pseudonyms  e-mail addresses become keyed hashes here, before anything is written
own_people  orders of staff and testers, by the domain of their address
"""
