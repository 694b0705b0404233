"""From a queue of announcements to where the audit is kept: at least once, and no matter how often."""
