"""Every matter of the house, in one order: booth and centre have the same nouns in the same order, and a test compares
them. A new matter adds one line here and one on each floor; nothing is discovered."""

from municipality.matter import Matter
from municipality.matters import cards, certificates, technicians, votes

MATTERS: tuple[Matter, ...] = (
    votes.MATTER,
    certificates.MATTER,
    cards.MATTER,
    technicians.MATTER,
)
