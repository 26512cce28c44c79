"""Series of indicators from the World Bank: a value by country and year.

The wide table has a line for each country and a column for each year, below some lines about the file. Groups of countries (regions,
incomes) are skipped and counted, as is what has no code of two letters.

**Source**: World Bank Open Data, CSV download ("API_…_DS2_en_csv"); CC BY 4.0.
"""

import csv
import io
from collections.abc import Mapping

from netglass.register.country_code import ALPHA_3
from netglass.register.imported.intake import Intake, Licence, Row, Skip, collect
from netglass.vocab.error import InputError

LICENCE = Licence("CC BY 4.0", "World Bank, World Development Indicators")
HEADER = ["Country Name", "Country Code", "Indicator Name", "Indicator Code"]


def read_series(text: str) -> Intake:
    """Return a row for each country, indicator and year that has a value.

    Raises:
        InputError: there is no line of columns.
    """
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=None)))
    start = next((number for number, line in enumerate(lines) if line[:4] == HEADER), None)
    if start is None:
        raise InputError(f"no line that begins with {', '.join(HEADER)}: give the CSV as the World Bank offers it")
    records = [dict(zip(lines[start], line, strict=False)) for line in lines[start + 1 :] if any(line)]
    return collect("series", records, _read_row)


def _read_row(record: Mapping[str, str]) -> list[Row]:
    code = ALPHA_3.get(record["Country Code"])
    if code is None:
        raise Skip("a group of countries, or none of ISO 3166-1")
    years = {name: value for name, value in record.items() if name.isdigit() and value.strip()}
    if not years:
        raise Skip("no value in any year")
    try:
        return [
            (code, record["Indicator Code"], record["Indicator Name"], int(year), float(value))
            for year, value in years.items()
        ]
    except ValueError as error:
        raise Skip("a value that is no number") from error
