"""From marts to files for BI tools. A new target for publishing is a module here."""
