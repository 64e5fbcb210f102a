"""From the shop to the landing: which days are read and why, what is compared, and what never passes in the clear.

extract     which days a night or a backfill reads, and why
high_water  how far the shop is known: since when changes are asked for, and which days are read again
reader      what a source delivers, into the landing
day_rows    a day's rows in landed form, and changed orders put in the place of their old rows
census      the shop's own list and count of orders, compared with what has landed
pseudonyms  e-mail addresses become keyed hashes here, before anything is written
before_start  what lies before the shop's first day
blind_spot  what a night of changes cannot notice
vanished    tables that the shop does not deliver any more
notes       what a night's reading has to tell people
own_people  orders of staff and testers, by the domain of their address
"""
