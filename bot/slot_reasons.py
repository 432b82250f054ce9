"""Why a routine's turn came to nothing, as it is recorded with its slot."""

from enum import StrEnum


class SlotReason(StrEnum):
    """A reason that is no fault; what failed is recorded by the name of its error instead."""

    PAUSED = "paused"
    NO_PLACE = "no_place"
    NO_PLATFORM = "no_platform"
    TOO_LITTLE = "too_little"
    LATE = "late"
