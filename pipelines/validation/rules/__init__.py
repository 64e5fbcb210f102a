"""Every rule that rows must keep.

rule          what a rule is
between_rows  rules between columns, rows and tables: an order adds up, a line names an order that exists
catalogue     those of single columns, made from the contract, and all rules of a table together
"""
