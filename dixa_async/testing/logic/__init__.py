"""The rules that handlers share."""
