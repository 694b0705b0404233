"""Reading from AWS itself: tables of DynamoDB, trees of Parameter Store. Needs `vexil-server[dynamodb]`."""
