"""The data of the server, and what builds it. Not public, except `State` as a name of `dixa_async.testing`."""
