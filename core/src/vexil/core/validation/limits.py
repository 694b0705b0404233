"""The limits of the contract, as its `buf.validate` options have them, for those who hold no message.

Lengths are in code points, sizes in bytes of UTF-8, unless their names say otherwise.
"""

import re

from vexil.core.evaluator.conditions import MAX_NESTING
from vexil.core.evaluator.patterns import MAX_BYTES as MAX_PATTERN_BYTES
from vexil.core.evaluator.splits import MAX_TOTAL_WEIGHT
from vexil.core.evaluator.visit import MAX_DEPTH as MAX_CHAIN
from vexil.core.value import MAX_VALUE_BYTES

__all__ = ["MAX_CHAIN", "MAX_NESTING", "MAX_PATTERN_BYTES", "MAX_TOTAL_WEIGHT", "MAX_VALUE_BYTES"]

INT64 = range(-(2**63), 2**63)
INT32 = range(-(2**31), 2**31)

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,255}")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
"""Names of namespaces and environments: DNS labels (RFC 1123 §2.1)."""

MAX_DESCRIPTION = 4096
MAX_SHORT_DESCRIPTION = 1024
MAX_OWNER = 256
MAX_TAGS = 32
MAX_TAG = 64

MAX_VARIANTS = 100
MAX_VARIANT_NAME = 128
MAX_RULES = 200
MAX_RULE_ID = 128
MAX_TARGETS = 100
MAX_TARGETING_KEYS = 10_000
MAX_TARGETING_KEY = 1024
MAX_PREREQUISITES = 20
MAX_SALT = 256
MAX_REFERENCE = 256
MAX_ATTRIBUTE = 256
MAX_OPERANDS = 10_000
MAX_CONDITIONS = 100
MAX_SEGMENTS = 100
MAX_URI_BYTES = 2048

MAX_SCHEMA_BYTES = 65_536
MAX_ALLOWED = 1000
UINT32 = range(2**32)

MAX_SCOPE_NAMES = 64
MAX_VERBS = 64
MAX_AUDIENCES = 32
MAX_AUDIENCE = 256
MAX_CLAIM = 256

MAX_FLOW_NAME = 127
MAX_ARN_BYTES = 2048
MAX_NAME = 256
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""The periods that CloudWatch Logs accepts."""
