"""What flows can ask, one module for each operation: parameters to a request, its answer to names."""
