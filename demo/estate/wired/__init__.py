"""The estate's wired meters: lines of simulated meters that speak their true protocols behind pseudo-terminals."""

from demo.estate.wired.cjt188 import Cjt188Meters
from demo.estate.wired.dlt645 import Dlt645Meters
from demo.estate.wired.line import Line
from demo.estate.wired.lines import RISERS, build_lines
from demo.estate.wired.mbus import MbusMeters
from demo.estate.wired.meter import Meter, Temper
from demo.estate.wired.modbus import Sdm120Meters
from demo.estate.wired.riser import Riser
from demo.estate.wired.tongue import Question, Tongue

__all__ = [
    "RISERS",
    "Cjt188Meters",
    "Dlt645Meters",
    "Line",
    "MbusMeters",
    "Meter",
    "Question",
    "Riser",
    "Sdm120Meters",
    "Temper",
    "Tongue",
    "build_lines",
]
