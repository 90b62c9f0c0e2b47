"""Sources: readers of what libraries hold; each yields records."""
