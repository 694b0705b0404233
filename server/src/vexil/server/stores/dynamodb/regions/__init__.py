"""Several regions with one table: which writes, what the others see, how another one takes over."""
