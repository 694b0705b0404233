"""What one caller, and all together, may ask of a process: rates, bytes, addresses, memory."""
