"""The store in DynamoDB, for more than one machine. Needs the extra `vexil-server[dynamodb]`."""
