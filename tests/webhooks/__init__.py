"""Tests of what receives webhooks."""
