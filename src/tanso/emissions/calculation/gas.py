"""Volumes of gas: from what the meter stood at to the state that the table counts in (law of Boyle and Charles)."""

from __future__ import annotations

from decimal import Decimal

from tanso.emissions.calculation.numbers import EXACT, shown
from tanso.emissions.calculation.request import Meter
from tanso.emissions.calculation.steps import Step
from tanso.kernel.texts import Text
from tanso.rulebook.factors import GasState

# By definition, not by law: absolute zero, and the standard atmosphere.
ZERO_CELSIUS_K = Decimal("273.15")
ATMOSPHERE_KPA = Decimal("101.325")
NORMAL = GasState(temperature_c=Decimal(0), pressure_kpa=ATMOSPHERE_KPA)


def metered_state(meter: Meter) -> GasState:
    """The state of the gas in the meter: gauge pressure on top of the air's (of one atmosphere, where not measured)."""
    air = ATMOSPHERE_KPA if meter.atmospheric_kpa is None else meter.atmospheric_kpa
    return GasState(meter.temperature_c, air + meter.gauge_kpa)


def converted(volume: Decimal, given: GasState, wanted: GasState) -> Decimal:
    """The volume that the same gas has in the wanted state: V × T₂/T₁ × p₁/p₂."""
    over = EXACT.multiply(wanted.temperature_c + ZERO_CELSIUS_K, given.pressure_kpa)
    under = EXACT.multiply(given.temperature_c + ZERO_CELSIUS_K, wanted.pressure_kpa)
    return EXACT.divide(EXACT.multiply(volume, over), under)


def conversion_step(volume: Decimal, given: GasState, wanted: GasState, result: Decimal, meter: Meter | None) -> Step:
    """The conversion with its numbers; the pressure of a meter as air and gauge."""
    pressure = shown(given.pressure_kpa)
    if meter is not None:
        pressure = f"({shown(EXACT.subtract(given.pressure_kpa, meter.gauge_kpa))} + {shown(meter.gauge_kpa)})"
    formula = (
        f"{shown(volume)} {{unit}} × ({ZERO_CELSIUS_K} + {shown(wanted.temperature_c)}) "
        f"/ ({ZERO_CELSIUS_K} + {shown(given.temperature_c)}) "
        f"× {pressure} / {shown(wanted.pressure_kpa)} = {shown(result)} {{unit}}"
    )
    state = f"{shown(wanted.temperature_c)} °C, {shown(wanted.pressure_kpa)} kPa"
    return Step(
        Text(f"表の状態（{state}）への換算", f"converted to the table's state ({state})"),
        Text(formula.replace("{unit}", "千m³"), formula.replace("{unit}", "thousand m³")),
    )
