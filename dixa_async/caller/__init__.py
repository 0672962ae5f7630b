"""What makes the calls of a client: from arguments to a request, and from a response to models or an error."""
