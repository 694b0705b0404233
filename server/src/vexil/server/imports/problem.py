"""How the readers and mappers of this package say that something is wrong."""


class ImportProblem(Exception):
    """What is wrong with a value. Becomes a reason in the report; never leaves this package."""
