"""Predictive draws: what customers may do, for intervals of single customers and of totals."""
