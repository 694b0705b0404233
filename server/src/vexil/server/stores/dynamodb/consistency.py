"""How the regions of a table agree."""

from enum import StrEnum


class Consistency(StrEnum):
    """What a store counts on; chosen when it is made, and for good.

    EVENTUAL: each region has an order of writes of its own, and hears of the others' later; a table in one
    region, too. STRONG: all regions see one order of writes, and there are no transactions and no expiry
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html, MRSC).
    """

    EVENTUAL = "eventual"
    STRONG = "strong"
