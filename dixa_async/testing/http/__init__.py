"""HTTP: where the server listens, what a request passes before its handler, routing and paging. Not public."""
