"""What a shop's customers will buy and spend: arrays in, arrays out.

Nothing here knows the orchestrator, the warehouse or the clock. The modules, in the order in which data passes them:

    histories                purchase days -> frequency, recency, age of each customer
    collapse                 equal customers merged into one row with a weight
    estimation               maximum a posteriori in log-parameters, its status, draws from the posterior
    bg_nbd                   when customers buy: BG/NBD and MBG/NBD (their formulas: bg_nbd_likelihood)
    conditional_expectation  the one numerically hard formula of it
    gamma_gamma              what a purchase is worth
    sbg                      how long subscribers stay
    baselines                what a model has to beat: cohort average, own past rate
    shrunken_cohort          values by age alone, for shops too small or too young for more
    spend                    which gamma-gamma holds for whom
    ladder                   which models a shop's data can carry
    value                    expected and discounted purchases over several horizons
    samplers, simulate       predictive draws: intervals per customer, coherent totals per group and month
    metrics, scorecard       what good and bad predictions look like, and what is written down about them
    evaluate                 rolling-origin backtest
    champion                 which model's figures are published, and why
    fit_records, results     the tables that leave
    predict                  the one entry point
"""
