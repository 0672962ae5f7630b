"""The state of a server as a file, and back. Not public; `FakeDixa.save` and `FakeDixa(load=…)` use it.

- `errors`: why a file cannot be loaded.
- `forms`: values of the state in the form of JSON.
- `state_file`: the file: its format and version, and who may read it.
"""
