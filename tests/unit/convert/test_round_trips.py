"""Model → message → bytes → message → model gives the same, for everything that the model has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import strategies
from tests.unit.convert.conversions import CONVERSIONS, Conversion
from vexil.convert.errors import error_from_status, error_to_status
from vexil.core.errors import VexilError
from vexil.core.evaluation import EvaluationContext
from vexil.core.flows.contact import Contact


def text_of(model: object) -> str:
    """What two equal models have in common, and 1, 1.0 and True, which are equal too, have not."""
    if isinstance(model, EvaluationContext | Contact):
        # Attributes come in the order of the message's map, which is none.
        return repr((model.targeting_key, sorted(model.attributes.items())))
    return repr(model)


@pytest.mark.parametrize("conversion", CONVERSIONS.values(), ids=CONVERSIONS)
@given(data=st.data())
def test_round_trip_gives_the_same_model(conversion: Conversion, data: st.DataObject) -> None:
    model = data.draw(conversion.models)
    message = conversion.to_proto(model)
    again = conversion.from_proto(conversion.message.FromString(message.SerializeToString()))
    assert again == model
    assert text_of(again) == text_of(model)


@given(strategies.errors())
def test_error_round_trip_gives_the_same_error(error: VexilError) -> None:
    status = error_to_status(error)
    again = error_from_status(type(status).FromString(status.SerializeToString()))
    assert type(again) is type(error)
    assert vars(again) == vars(error)
