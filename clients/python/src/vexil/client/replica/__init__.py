"""A local copy of an environment, kept current by a watch stream: the rules, without any I/O.

Nothing here opens a connection, starts a thread or reads a clock: messages, the time and random numbers come
in as arguments, and both clients share what comes out.
"""
