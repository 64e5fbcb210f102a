"""The warehouse file: what goes in, and what dbt makes of it.

load         accepted rows into schema `raw`
transform    the dbt builds before and after the predictions, and how each model and test came out
dbt_project  the dbt project, parsed and run in this process
"""
