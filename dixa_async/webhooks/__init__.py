"""Webhooks: events of Dixa come in."""
