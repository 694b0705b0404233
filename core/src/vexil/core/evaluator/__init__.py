"""The evaluator: settings and segments compiled once, then asked for any context. Pure.

`operators` holds the table of operators, `explain` the same evaluation step by step.
"""

from vexil.core.evaluator.compile import compile_setting
from vexil.core.evaluator.compiled import CompiledSegment, CompiledSetting, Lookup
from vexil.core.evaluator.explain import explain
from vexil.core.evaluator.segments import compile_segment

__all__ = ["CompiledSegment", "CompiledSetting", "Lookup", "compile_segment", "compile_setting", "explain"]
