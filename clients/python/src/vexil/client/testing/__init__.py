"""Clients for your own tests: the same interface, and settings that the test sets.

    @pytest.fixture
    def settings() -> InMemoryClient:
        return InMemoryClient({"checkout.max-items": 10})

    def test_cart_is_limited(settings: InMemoryClient) -> None:
        settings.set("checkout.max-items", 2)
        ...

They hold a real state and evaluate it with the real evaluator; only the server is missing.
"""

from vexil.client.testing.memory import InMemoryAsyncClient, InMemoryClient

__all__ = ["InMemoryAsyncClient", "InMemoryClient"]
