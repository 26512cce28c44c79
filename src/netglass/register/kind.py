"""Every kind of record and its model. The folder of a kind is named after it."""

from netglass.register.case import Case
from netglass.register.claim import Claim
from netglass.register.company import Company
from netglass.register.endorsement import Endorsement
from netglass.register.incident import Incident
from netglass.register.indicator import Indicator
from netglass.register.instrument import Instrument
from netglass.register.link import Link
from netglass.register.order import Order
from netglass.register.pledge import Pledge
from netglass.register.record import Record
from netglass.register.search import Search
from netglass.register.source import Source
from netglass.register.statement import Statement

KINDS: dict[str, type[Record]] = {
    "source": Source,
    "instrument": Instrument,
    "order": Order,
    "search": Search,
    "statement": Statement,
    "claim": Claim,
    "pledge": Pledge,
    "indicator": Indicator,
    "endorsement": Endorsement,
    "company": Company,
    "incident": Incident,
    "case": Case,
    "link": Link,
}
"""The model of each kind, in the order of the reference."""
