"""What `FakeDixa` delivers."""
