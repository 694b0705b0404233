"""Other systems' configuration, read and mapped to resources; `docs/importing.md` has the mapping.

Sources give items, a mapper makes an outcome of each, a survey holds them all, a schedule orders what is
written. Nothing here talks to a server.
"""
