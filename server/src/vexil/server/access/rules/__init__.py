"""What each RPC needs: one module for each service, and the row that they are made of."""
