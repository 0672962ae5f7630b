"""What people are called. All are fictitious; so are their addresses and numbers, which are reserved for examples."""

import itertools
from collections.abc import Iterator
from typing import Final

import attrs

from .chance import Chance

_FIRST: Final = (
    "Ada", "Amir", "Anouk", "Bastian", "Bo", "Carmen", "Cleo", "Dario", "Deniz", "Edda", "Elin", "Enzo", "Farid",
    "Fenna", "Greta", "Hana", "Hugo", "Ida", "Imran", "Ines", "Jonas", "Juno", "Kaito", "Kira", "Lars", "Leila",
    "Malik", "Mira", "Nadia", "Nils", "Olga", "Oskar", "Paloma", "Quentin", "Ravi", "Rosa", "Selma", "Tariq",
    "Una", "Viggo", "Wanda", "Xenia", "Yara", "Zoltan",
)  # fmt: skip
_LAST: Final = (
    "Almgren", "Appleby", "Bianchi", "Brightwater", "Castell", "Cloverfield", "Dvorak", "Dunmore", "Eriksen",
    "Evergreen", "Fairweather", "Fontaine", "Goldfinch", "Greenhill", "Hartwell", "Honeycutt", "Ivarsson",
    "Juniper", "Kestrel", "Kowalczyk", "Larkspur", "Lindqvist", "Marchetti", "Meadows", "Nightingale", "Okafor",
    "Oakhurst", "Pemberton", "Quist", "Redwood", "Rosenthal", "Silverstone", "Sommer", "Thistle", "Umber",
    "Valdez", "Whitlock", "Winterbourne", "Yarrow", "Zeller",
)  # fmt: skip
_DOMAINS: Final = ("example.com", "example.org", "example.net")
_AREAS: Final = tuple(area for area in range(203, 990) if area % 100 != 11)
_NUMBERS_PER_AREA: Final = 100
"""555-0100 to 555-0199 are reserved for fictitious people, in each area."""
_STEP: Final = 677
"""A prime, so that all names come before the first one comes again."""


@attrs.frozen
class FullName:
    """What a person is called."""

    first: str
    last: str
    number: int
    """How many people had a name before."""
    suffix: str
    """What distinguishes an address from those of others with the same name."""

    @property
    def display(self) -> str:
        """The name to show."""
        return f"{self.first} {self.last}"

    @property
    def mailbox(self) -> str:
        """The first part of an email address."""
        return f"{self.first}.{self.last}{self.suffix}".lower()

    @property
    def email(self) -> str:
        """A private email address."""
        return f"{self.mailbox}@{_DOMAINS[self.number % len(_DOMAINS)]}"

    @property
    def phone_number(self) -> str | None:
        """A phone number; None if all are taken."""
        area = self.number // _NUMBERS_PER_AREA
        return f"+1{_AREAS[area]}5550{100 + self.number % _NUMBERS_PER_AREA}" if area < len(_AREAS) else None


def full_names(chance: Chance) -> Iterator[FullName]:
    """Names without end, in random order."""
    count = len(_FIRST) * len(_LAST)
    position = chance.between(0, count - 1)
    for number in itertools.count():
        lap = number // count
        yield FullName(
            _FIRST[position % len(_FIRST)], _LAST[position // len(_FIRST)], number, str(lap + 1) if lap else ""
        )
        position = (position + _STEP) % count
