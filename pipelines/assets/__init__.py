"""The stages as Dagster assets: one thin module per stage, without arithmetic."""
