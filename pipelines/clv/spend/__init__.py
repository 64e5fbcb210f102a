"""What a purchase is worth: gamma-gamma, and which one holds for whom."""
