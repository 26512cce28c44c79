"""A valid register of an invented country, one record of each kind, as people would type it."""

from pathlib import Path

from netglass.register.library import Reading, read_register
from netglass.register.passage import hash_passage

HASH = hash_passage("Article 5. Providers shall stop what the Bureau names.")

EVIDENCE = f"""\
evidence:
  - fields: [all]
    source: xa-gazette-2020
    locator: art. 5
    retrieved: 2026-03-02
    passage_sha256: {HASH}
    review: reviewed
    reviewer: lawyer
"""

_GAZETTE = """\
kind: source
id: xa-gazette-2020
cc: XA
title:
  official: Gazeto 7
  language: eo
  english: Gazette 7
type: official_gazette
publisher: Bureau of Print
published: 2020-03
url: https://gazette.example/7
retrieved: 2026-03-02
review: reviewed
reviewer: editor
"""

_ACT = f"""\
kind: instrument
id: xa-calm-act-2020
cc: XA
title:
  official: Leĝo pri trankvilo
  language: eo
  english: Calm Act
type: law
issuers:
  - name: Assembly
    type: legislature
sectors: [internet_services]
stages:
  - stage: drafted
    date: 2019
  - stage: adopted
    date: 2020-02-11
  - stage: in_force
    date: 2020-07-01
    version: first
versions:
  - id: first
    date: 2020-02-11
    text: xa-gazette-2020
provisions:
  - id: art-5
    number: Art. 5
    subjects: [blocking]
    summary: Providers block what the Bureau of Calm names.
requirements:
  - id: block-within-a-day
    provision: art-5
    sector: internet_services
    addressee: isp
    duty: Block what is named within a day.
    stage: in_force
    deadline: 2020-12
identifiers:
  number: 7/2020
{EVIDENCE}"""

_ORDER = f"""\
kind: order
id: xa-order-2021-3
cc: XA
summary: Block a news site for the weeks before the vote.
action: block
relies_on: [xa-calm-act-2020#art-5]
issuer:
  name: Bureau of Calm
  type: regulator
addressee_types: [isp]
publicity: published
issued: 2021-03-01
begins: 2021-03-02
ends: 2021-04
duration: fixed
notice: to_addressee
appeal:
  body: Administrative Court
  result: pending
reach: named_networks
networks: [64512, 64513]
entries:
  - type: domain
    value: news.example
    category: news
  - type: address
    value: 192.0.2.0/24
counted_only:
  minors: 4
{EVIDENCE}"""

_SEARCH = """\
kind: search
id: xa-search-2021
cc: XA
targets: [other.example]
places: [Gazette of XA, book of orders of the Bureau of Calm]
languages: [eo]
role: lawyer
date: 2021-06-01
since: 2019
outcome: law_only
authorised_by: [xa-calm-act-2020#art-5]
"""

_SPEECH = f"""\
kind: statement
id: xa-speech-2021
cc: XA
title: Opening of the network fair
form: speech
speaker:
  role: minister
  office: Minister of Calm
  body: ministry
  cc: XA
date: 2021-05
place: Ravofu
about: [blocking, access_expansion]
summary: Nothing is blocked, and every village will have access.
language: eo
text: xa-gazette-2020
{EVIDENCE}"""

_CLAIM = f"""\
kind: claim
id: xa-claim-nothing-blocked
cc: XA
statement: xa-speech-2021
summary: No site is blocked in the country.
about: [blocking]
period:
  ends: 2021-05
checkable: true
checked_by: [events, verdicts]
{EVIDENCE}"""

_PLEDGE = f"""\
kind: pledge
id: xa-pledge-villages
cc: XA
statement: xa-speech-2021
summary: Every village has access by the end of 2024.
made: 2021-05
measure: villages with access
target: 100
unit: percent of villages
deadline: 2024
scope: all villages of the country
indicator: xa-villages
{EVIDENCE}"""

_SERIES = f"""\
kind: indicator
id: xa-villages
cc: XA
title: Villages with access
series: V.1
unit: percent of villages
method: The bureau of print asks each village once a year.
values:
  - date: 2021
    value: 61.5
  - date: 2022
    value: 70
    note: estimate
{EVIDENCE}"""

_ENDORSEMENT = f"""\
kind: endorsement
id: xa-signs-calm-declaration
cc: XA
text: xa-calm-act-2020
act: signed
date: 2021-06-01
forum: Assembly of invented states
{EVIDENCE}"""

_COMPANY = f"""\
kind: company
id: xa-chatter
cc: XA
name: Chatter
commitments:
  - id: principles
    date: 2019
    summary: Will tell users what is removed and why.
conduct:
  - id: removal-2021
    type: app_removal
    date: 2021-03
    requested_by: XA
    order: xa-order-2021-3
    count: 2
    summary: Took two applications out of its shop.
{EVIDENCE}"""

_INCIDENT = f"""\
kind: incident
id: xa-hijack-2021
cc: XA
title: Routes of a neighbour drawn in
type: hijack
begins: 2021-08-01
affected: [XB]
networks: [64600]
summary: A network announced the prefixes of another country.
attributions:
  - by: Computer emergency team of XB
    by_type: regulator
    by_cc: XB
    to_cc: [XA]
    evidence_basis: technical_report
    date: 2021-08-03
    summary: Says that it was a network of XA.
{EVIDENCE}"""

_CASE = """\
kind: case
id: xa-case-0a1b2c3d
cc: XA
fictional: true
provision: xa-calm-act-2020#art-5
year: 2021
region: XA-01
occupation: journalist
status:
  state: charged
  date: 2021
legal_basis: journalism
review_by: 2026-06-01
source:
  type: news_report
  year: 2021
  identifies: false
objection_contact: objections@observatory.example
"""

_LINK = f"""\
kind: link
id: xa-order-implements-act
cc: XA
type: implements
subject: xa-order-2021-3
object: xa-calm-act-2020#art-5
{EVIDENCE}"""

TEXTS = {
    f"{text.split()[1]}/xa/{text.split()[3]}.yml": text
    for text in (
        *(_GAZETTE, _ACT, _ORDER, _SEARCH, _SPEECH, _CLAIM, _PLEDGE, _SERIES),
        *(_ENDORSEMENT, _COMPANY, _INCIDENT, _CASE, _LINK),
    )
}
"""Every record by its place in the register."""


def find_text(kind: str) -> tuple[str, str]:
    """Return place and text of the record of a kind."""
    return next((place, text) for place, text in TEXTS.items() if place.startswith(f"{kind}/"))


def write_world(folder: Path, changed: dict[str, str | None] | None = None) -> Path:
    """Write the register into a folder, some files with another text, or left out where that is None."""
    for place, text in (TEXTS | (changed or {})).items():
        if text is not None:
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder


def read_changed(folder: Path, kind: str, old: str, new: str) -> Reading:
    """Read the register with one piece of the record of a kind replaced."""
    place, text = find_text(kind)
    assert old in text, old
    return read_register(write_world(folder, {place: text.replace(old, new, 1)}), lab=True)
