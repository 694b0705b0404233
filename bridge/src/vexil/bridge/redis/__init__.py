"""As much of a Redis client as a cache in a Lambda function needs, without redis-py's half second of import.

Every wait has a deadline for the whole answer, whatever pieces it comes in, and whoever calls never waits for
a connection.
"""
