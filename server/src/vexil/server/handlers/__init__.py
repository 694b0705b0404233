"""Handlers: convert, call, convert. No rule lives here, and no transport is known."""
