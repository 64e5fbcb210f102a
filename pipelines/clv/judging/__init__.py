"""Which model is published and how good it was: backtests, metrics, the champion, and the records of fits."""
