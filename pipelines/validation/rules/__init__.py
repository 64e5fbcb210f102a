"""The rules that rows must keep.

rule             what a rule is
between_rows     rules between columns, rows and tables: an order adds up, a line has its order
refunded_orders  those about orders that say that they were refunded
catalogue        rules about one column, made from the contract; all rules of a table in one list
"""
