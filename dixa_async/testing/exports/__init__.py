"""The exports of FakeDixa: conversations and messages of its state, in the form of Dixa's Exports API."""
