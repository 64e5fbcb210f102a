"""What a shop's customers will buy and spend: arrays in, arrays out.

Nothing here knows Dagster, the warehouse or the clock. In the order in which data passes through:

    histories   purchase days -> frequency, recency, age of each customer
    estimation  maximum a posteriori in log-parameters, its status, draws from the posterior
    value       expected and discounted purchases over several horizons
    counts/     how often and how long customers buy
        collapse                 equal customers merged into one row with a weight
        bg_nbd                   BG/NBD and MBG/NBD (their formulas: bg_nbd_likelihood, conditional_expectation)
        baselines                what a model has to beat: cohort average, own past rate
        shrunken_cohort          values by age alone, for shops too small or too young for more
        sbg                      how long subscribers stay
    spend/      what a purchase is worth
        gamma_gamma              the model, and the shrunken mean for when it does not fit
        spend                    which of them is used for which customer
    simulation/ random draws
        samplers, simulate       intervals per customer, consistent totals per group and month
    judging/    how good the predictions are, and which are published
        ladder                   which models the data of a shop can support
        metrics, scorecard       measures of a prediction, and the table they are kept in
        evaluate                 backtest from several origins
        champion                 the model that is published, and why
        fit_records, tracking    fitted models as rows; predicted and actual purchases week by week
    results     the tables that leave this package
    predict     the entry point
"""
