"""Between HTTP and the handlers: routes, paging, limits, faults, and what was received."""
