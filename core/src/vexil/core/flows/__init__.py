"""Contact flows of Amazon Connect: their language, templates that become flows, where a contact goes."""
