"""The commands of ``python -m dixa_async``."""
