"""A look at a shop before its first night: can it be read, what does it say, and what would a night find wrong with it?

It writes nothing, and starts neither dbt nor Great Expectations nor Dagster, so that it takes seconds.

examine     everything in order: settings, home, source, sample, rules
sample      the newest days of the shop, or all of them
dry_run     the sample through the rules of validation
facts       what the sample shows: days, counts, currencies, hours, guests, statuses
statuses    what each status of an order means for revenue
report      problems and facts, as they are printed
"""
