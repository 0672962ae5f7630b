"""One class for each section of the API, one method for each operation."""
