"""The drive: a bot is delivered messages, doubled and disordered, loses responses, and is killed again and again.

``python -m tests.webhooks.drive`` runs it with each bot, and prints what became of the messages.
"""
