"""Real engines for tests and for trying things out: DynamoDB, Redis, moto's server, Lambda's runtime.

Each is a process of its own on 127.0.0.1 and a free port, started when it is first asked for and ended with
whoever started it.
"""
