"""The file server of FakeDixa: private files for those who have the token, public ones for all."""
