"""The stages as Dagster sees them: one thin module a stage, no arithmetic."""
