"""Who may do what: roles, the scopes that they are bound to, and what that comes to for one caller.

Nothing here knows how a caller proved who it is. Everything is denied that no binding allows.
"""
