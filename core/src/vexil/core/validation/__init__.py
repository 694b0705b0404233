"""Validation of changes: `validate` in the light of a namespace, `check_put` of a resource by itself."""

from vexil.core.validation.commit import validate
from vexil.core.validation.content import check_id, check_put
from vexil.core.validation.findings import Finding
from vexil.core.validation.schemas import SchemaChecker

__all__ = ["Finding", "SchemaChecker", "check_id", "check_put", "validate"]
