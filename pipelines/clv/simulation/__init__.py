"""Random draws of what customers may do, for intervals of single customers and of totals."""
