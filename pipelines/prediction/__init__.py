"""From the customers' purchases in the warehouse to tables of predictions there.

    predict        the stage: reads, calls the models, writes
    tables         the tables it writes: columns, types, descriptions
    subscriptions  what subscriptions are worth, by plan
    figures        plots of how good the predictions were

The models themselves are in `pipelines.clv`, which knows no database.
"""
