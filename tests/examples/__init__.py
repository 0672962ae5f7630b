"""The examples of the documentation run as a user runs them."""
