"""A small world for tests: two networks with their map, and reference data in a folder."""

from pathlib import Path

from netglass.refdata import Refdata, load_refdata
from netglass.refdata.snapshot import add_snapshot

MAP = """prefix,asn,name,cc
81.2.0.0/16,64512,Alpha Telecom,XA
81.2.200.0/24,64600,Harbor Hosting,XC
5.6.7.0/24,64513,Beta Net,XB
2a00:1234::/32,64512,Alpha Telecom,XA
2a00:1234:ffff::/48,64600,Harbor Hosting,XC
"""

FINGERPRINTS = """name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,expected_countries,source,exp_url,notes
t.ministry,nat,,body,contains,Closed by Decree 40,5,XA,,,
t.gate,isp,,header.server,full,gateway/1.2,4,"XA, XB",,,
t.notice,isp,,header.location,prefix,http://notice.alpha.test/,5,XA,,,
t.office,inst,,title,full,Office filter,5,,,,
t.cdn,fp,,body,regexp,Ray ID:.*[0-9a-f]{4},5,,,,
t.dns,nat,,dns,full,5.6.7.8,5,XB,,,
"""


def make_refdata(folder: Path) -> Refdata:
    """Return reference data with the map and the fingerprints of this module, kept in ``folder``."""
    for kind, name, text in (("asn", "asn.csv", MAP), ("fingerprint", "fingerprints.csv", FINGERPRINTS)):
        source = folder / name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(text, encoding="utf-8")
        add_snapshot(folder / "refdata", kind, source, date="2026-01-01")
    return load_refdata(folder / "refdata")
