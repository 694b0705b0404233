"""What monitoring asks of a server: numbers for Prometheus. Read when they are asked for, never kept up."""
