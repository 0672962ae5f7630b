"""What makes the calls of a client: from arguments to a request, and from a response to models or an error.

- `http_caller`: one call; a response other than 2xx is raised as an error, made by `error_mapping`.
- `error_mapping`: the errors for a status, for an unreadable response, and for an argument that cannot be sent.
- `partial_list`: lists of which some items cannot be read.
- `shared_state`: what a client and its views share.
"""
