"""Everything that the server knows, and what builds it."""
