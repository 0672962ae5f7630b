"""What more than one suite of tests uses. A suite imports itself and this package, and no other suite."""
