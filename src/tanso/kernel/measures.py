"""Units of measure in which energy and materials are written, each with its dimension and its exact size.

A small table of our own instead of a units library: sizes are exact decimals, and the spellings are those of meters,
bills and statutes ("㎘", "千㎥", "Nm3", "トン"). Litres and cubic metres are kept apart although both are volumes: a
gas is never bought in litres, and a normal cubic metre (at 0 °C and 1 atm) is a quantity of gas, not a volume of
anything else. What is not in the table is unknown, and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tanso.kernel.texts import Text

Dimension = Literal["mass", "litres", "cubic_metres", "electricity", "heat"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One unit: `size` in tonnes, kilolitres, thousand cubic metres, kilowatt-hours or gigajoules.

    `normal`: cubic metres that are already converted to 0 °C and 1 atm, as the N in Nm³ says.
    """

    name: str
    dimension: Dimension
    size: Decimal
    normal: bool = False

    def counts_in(self, other: Measure) -> bool:
        """Whether a quantity in this unit can be written in the other one without knowing anything else."""
        if self.dimension == other.dimension:
            return other.dimension == "cubic_metres" or not self.normal
        return self.dimension == "cubic_metres" and other.dimension == "litres" and not self.normal

    def times_in(self, other: Measure) -> Decimal:
        """How many of the other unit are in one of this; gas states are the caller's business.

        Raises ValueError where the dimensions differ.
        """
        if not self.counts_in(other):
            raise ValueError(f"{self.name} cannot be written in {other.name}")
        # A thousand cubic metres are a thousand kilolitres.
        bridge = 1000 if self.dimension != other.dimension else 1
        return self.size * bridge / other.size


# The name that tables and answers use -> dimension, size, and the other spellings (compared without case and spaces).
_TABLE: tuple[tuple[str, Dimension, str, str], ...] = (
    ("t", "mass", "1", "トン tonne tonnes ton tons メートルトン"),
    ("kt", "mass", "1000", "千t 千トン"),
    ("kg", "mass", "0.001", "キログラム キロ"),
    ("g", "mass", "0.000001", "グラム"),
    ("kL", "litres", "1", "キロリットル kilolitre kilolitres kiloliter kiloliters"),
    ("L", "litres", "0.001", "リットル litre litres liter liters ℓ"),
    ("mL", "litres", "0.000001", "ミリリットル"),
    (
        "thousand_m3",
        "cubic_metres",
        "1",
        "千m3 1000m3 千立方メートル 千立米 thousandcubicmetres thousandcubicmeters 10^3m3 10³m3",
    ),
    ("m3", "cubic_metres", "0.001", "立方メートル 立米 cubicmetre cubicmetres cubicmeter cubicmeters"),
    ("thousand_Nm3", "cubic_metres", "1", "千nm3 1000nm3 knm3 千m3n 千ノルマル立方メートル 10^3nm3 10³nm3"),
    ("Nm3", "cubic_metres", "0.001", "m3n ノルマル立方メートル"),
    ("kWh", "electricity", "1", "キロワット時 キロワットアワー"),
    ("MWh", "electricity", "1000", "千kwh 1000kwh thousandkwh メガワット時"),
    ("GWh", "electricity", "1000000", "百万kwh ギガワット時"),
    ("Wh", "electricity", "0.001", "ワット時"),
    ("GJ", "heat", "1", "ギガジュール"),
    ("TJ", "heat", "1000", "テラジュール"),
    ("MJ", "heat", "0.001", "メガジュール"),
    ("kJ", "heat", "0.000001", "キロジュール"),
)
MEASURES: dict[str, Measure] = {
    name: Measure(name, dimension, Decimal(size), normal=name.endswith("Nm3")) for name, dimension, size, _ in _TABLE
}
_DROPPED = re.compile(r"[\s_,·・.\-]+")


def _key(text: str) -> str:
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).casefold()


_SPELLINGS = {_key(spelling): MEASURES[name] for name, _, _, others in _TABLE for spelling in (name, *others.split())}

LABELS: dict[str, Text] = {
    "thousand_m3": Text("千m³", "thousand m³"),
    "m3": Text("m³", "m³"),
    "thousand_Nm3": Text("千Nm³", "thousand Nm³"),
    "Nm3": Text("Nm³", "Nm³"),
}
DIMENSION_LABELS: dict[Dimension, Text] = {
    "mass": Text("質量", "a mass"),
    "litres": Text("液体の体積", "a volume of liquid"),
    "cubic_metres": Text("気体の体積", "a volume of gas"),
    "electricity": Text("電力量", "electric energy"),
    "heat": Text("熱量", "heat"),
}


def read_measure(text: str) -> Measure | None:
    """The unit that a text means, however it is spelt; None where the text means none."""
    return _SPELLINGS.get(_key(text))


def label(measure: Measure) -> Text:
    """The unit as people write it."""
    return LABELS.get(measure.name, Text(measure.name, measure.name))
