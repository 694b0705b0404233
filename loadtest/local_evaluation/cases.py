"""What every subject is asked, so that all answer the same questions; standard library only.

Four boolean flags, of which all but the last are on for the context given:

    fixed    has no rule
    rules    has five rules that compare the country; the fifth holds
    mixed    has five rules: the plan is a word, the age above a number, the version above a semantic
             version, the address contains a text, the country is in a list; the fifth holds
    rollout  is on for half of all targeting keys
"""

FLAGS = ("fixed", "rules", "mixed", "rollout")

TARGETING_KEY = "user-1"
CONTEXT: dict[str, str | int] = {"plan": "free", "country": "FR"}
MIXED_CONTEXT: dict[str, str | int] = {**CONTEXT, "age": 30, "version": "2.4.1", "email": "someone@mail.test"}

COUNTRIES = ("DE", "US", "GB", "JP", "FR")
"""The countries of the five rules; only that of the last is the context's."""

PLAN = "enterprise"
AGE = 65
VERSION = "3.0.0"
EMAIL = "@example.com"
COUNTRY_LIST = ("AT", "CH", "FR")


def context_of(flag: str) -> dict[str, str | int]:
    """The attributes that the flag is evaluated for."""
    return MIXED_CONTEXT if flag == "mixed" else CONTEXT
