"""Rules that several handlers share. Not public."""
