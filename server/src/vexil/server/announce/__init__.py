"""Announcements: telling queues and topics what was committed."""
