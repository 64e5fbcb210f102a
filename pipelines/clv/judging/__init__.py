"""How good predictions are and which model is published: backtests, metrics, the champion, the records of fits."""
