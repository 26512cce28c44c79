"""Companies and endorsements of a country, one row for each act, with the passages behind it. They are listed and not judged."""

from collections.abc import Iterator

from netglass.assess.demand import cite_record
from netglass.assess.observed import Row
from netglass.register.company import Company
from netglass.register.endorsement import Endorsement
from netglass.register.library import Register

COMPANY = (
    *("company_id", "cc", "name", "part", "act", "type", "date", "requested_by", "order", "count", "text", "summary"),
    *("evidence", "register", "inputs", "limits"),
)

ENDORSEMENT = (
    *("endorsement_id", "cc", "text", "text_title", "act", "date", "forum"),
    *("evidence", "register", "inputs", "limits"),
)


def list_companies(register: Register, cc: str) -> list[Row]:
    """Return what companies committed themselves to and did: those filed under a country, and what it asked of others."""
    companies = [record for record in register.list_records("company") if isinstance(record, Company)]
    return [row for company in companies for row in _tell_company(register, company, cc)]


def _tell_company(register: Register, company: Company, cc: str) -> Iterator[Row]:
    about = {"company_id": company.id, "cc": company.cc, "name": company.name}
    inputs = {"evidence": [], "inputs": {"register": register.digest}, "limits": []}
    mine = company.cc == cc
    asked = [item for item in company.conduct if mine or item.requested_by == cc]
    if not (mine or asked):
        return
    for promise in company.commitments:
        yield (
            dict.fromkeys(COMPANY)
            | about
            | inputs
            | {
                "part": promise.id,
                "act": "commitment",
                "date": str(promise.date),
                "text": promise.text,
                "summary": promise.summary,
                "register": cite_record(company, f"commitments.{promise.id}.summary"),
            }
        )
    for deed in asked:
        yield (
            dict.fromkeys(COMPANY)
            | about
            | inputs
            | {
                "part": deed.id,
                "act": "conduct",
                "type": deed.type,
                "date": str(deed.date),
                "requested_by": deed.requested_by,
                "order": deed.order,
                "count": deed.count,
                "summary": deed.summary,
                "register": cite_record(company, f"conduct.{deed.id}.summary"),
            }
        )
    if not (company.commitments or asked):
        yield (
            dict.fromkeys(COMPANY)
            | about
            | inputs
            | {
                "act": "none on record",
                "register": cite_record(company, "name"),
            }
        )


def list_endorsements(register: Register, cc: str) -> list[Row]:
    """Return how a state stood to texts."""
    found = [record for record in register.list_records("endorsement", cc) if isinstance(record, Endorsement)]
    return [
        {
            "endorsement_id": record.id,
            "cc": record.cc,
            "text": record.text,
            "text_title": register.find(record.text).tell_name(),
            "act": record.act,
            "date": str(record.date),
            "forum": record.forum,
            "evidence": [],
            "register": cite_record(record, "act"),
            "inputs": {"register": register.digest},
            "limits": [],
        }
        for record in found
    ]
