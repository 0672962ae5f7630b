"""Helpers that several test suites use. A suite imports itself and this package, and no other suite."""
