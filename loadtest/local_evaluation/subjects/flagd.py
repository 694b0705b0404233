"""flagd's provider resolving in process from a file, called without the OpenFeature client around it."""

import json
import tempfile
from pathlib import Path

from cases import AGE, COUNTRIES, COUNTRY_LIST, EMAIL, PLAN, TARGETING_KEY, VERSION, context_of
from openfeature.contrib.provider.flagd import FlagdProvider
from openfeature.contrib.provider.flagd.config import ResolverType
from openfeature.evaluation_context import EvaluationContext

DISTRIBUTION = "openfeature-provider-flagd"


def flag(targeting):
    """A boolean flag."""
    return {
        "state": "ENABLED",
        "variants": {"on": True, "off": False},
        "defaultVariant": "off" if targeting else "on",
        "targeting": targeting,
    }


def chain(*conditions):
    """One `if` inside the other's else; the last one's is on."""
    targeting = "off"
    for i, condition in enumerate(reversed(conditions)):
        targeting = {"if": [condition, "off" if i else "on", targeting]}
    return targeting


def prepare():
    """The calls to be timed."""
    mixed = chain(
        {"==": [{"var": "plan"}, PLAN]},
        {">": [{"var": "age"}, AGE]},
        {"sem_ver": [{"var": "version"}, ">", VERSION]},
        {"in": [EMAIL, {"var": "email"}]},
        {"in": [{"var": "country"}, list(COUNTRY_LIST)]},
    )
    flags = {
        "fixed": flag({}),
        "rules": flag(chain(*({"==": [{"var": "country"}, country]} for country in COUNTRIES))),
        "rollout": flag({"fractional": [["on", 50], ["off", 50]]}),
        "mixed": flag(mixed),
    }
    path = Path(tempfile.mkdtemp(), "flags.json")
    path.write_text(json.dumps({"flags": flags}))
    provider = FlagdProvider(resolver_type=ResolverType.FILE, offline_flag_source_path=str(path))
    provider.initialize(EvaluationContext())

    def details(key):
        context = EvaluationContext(TARGETING_KEY, context_of(key))
        return lambda: provider.resolve_boolean_details(key, False, context)

    return {"details": details}
