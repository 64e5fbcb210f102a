"""The mirror of the shop on disk, in Parquet.

store       day files and files by key: written whole, read whole
queries     SQL over them
deliveries  what the source called the rows of a day, to tell equal days without reading them
digest      when two contents are the same
quarantine  rows that were kept back, and what was validated
"""
