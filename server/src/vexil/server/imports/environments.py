"""The names of environments, there and here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vexil.core.validation.content import LABEL_FORM
from vexil.core.validation.limits import LABEL
from vexil.server.imports.problem import ImportProblem


@dataclass(frozen=True, slots=True)
class EnvironmentNames:
    """What another system's environments are called here; those not named keep their name, in lower case."""

    renamed: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """The environment's name. Raises ImportProblem where it can't be one."""
        label = self.renamed.get(name) or name.lower()
        if LABEL.fullmatch(label) is None:
            raise ImportProblem(
                f"the environment {name!r} can't be called so: {LABEL_FORM}; --map-environment renames it"
            )
        return label
