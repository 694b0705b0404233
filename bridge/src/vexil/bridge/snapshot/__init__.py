"""What a sandbox holds of its environment, and how answers are made of it.

Configuration is held, never answers: these depend on the contact, and one's is wrong for the next.
"""
