"""Other clients of Dixa, unchanged but for the base address, on `FakeDixa`."""
