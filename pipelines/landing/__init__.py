"""The mirror of the shop on disk, in Parquet.

store       day files and files by key: written whole, read whole
queries     SQL over them
digest      when two contents are the same
quarantine  rows that were kept back, and what was validated
"""
