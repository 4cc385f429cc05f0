"""The numbers by which the town hall knows things, each a type of its own so that they are not mixed up."""

from typing import NewType

CardNumber = NewType("CardNumber", str)
BoothId = NewType("BoothId", str)
ElectionId = NewType("ElectionId", str)
MunicipalityId = NewType("MunicipalityId", str)
