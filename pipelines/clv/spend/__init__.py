"""What a purchase is worth: the gamma-gamma model, and which version is used for which customer."""
