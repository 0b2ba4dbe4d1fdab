"""From what meters showed to tonnes of CO2: pure, exact, and every result says how it came about. Start at `calculate`.

`quantity × heat × carbon × 44/12`, with the factors that the scheme's tables have on the first day of the fiscal year.
There is one rounding, at the very end and by the scheme's parameter: the total, to whole tonnes.
"""

from tanso.emissions.calculation.fields import load_json
from tanso.emissions.calculation.findings import KINDS, CalculationFinding
from tanso.emissions.calculation.request import Request, read_request
from tanso.emissions.calculation.whole import Calculation, calculate

__all__ = ["KINDS", "Calculation", "CalculationFinding", "Request", "calculate", "load_json", "read_request"]
