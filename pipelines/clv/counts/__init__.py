"""How often and how long customers buy: BG/NBD, MBG/NBD, their baselines, and sBG for subscribers."""
