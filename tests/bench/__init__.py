"""The benchmark: `make bench`. Figures are ratios and CPU-seconds of one run on one machine, never a test."""
