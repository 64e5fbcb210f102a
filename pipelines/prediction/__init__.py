"""From customers' histories to predictions, as tables in the warehouse.

    predict        the stage: read, fit, simulate, write
    tables         the tables that it writes, their columns and descriptions
    subscriptions  who stays subscribed, by plan
    figures        pictures of how good the predictions were

The models themselves stand in `pipelines.clv` and know no database.
"""
