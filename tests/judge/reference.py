"""Made-up reference data: fingerprints of a fictional country's block pages."""

from pathlib import Path

from netglass.refdata.snapshot import Refdata, add_snapshot, load_refdata

NOTICE = "Access to this page was stopped under decree 7 of the Bureau of Good Order"
FALSE_NOTICE = "This shop is closed for the season, and its shelves are empty"
FINGERPRINTED_ADDRESS = "192.31.196.77"

_HEAD = "name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,expected_countries,source,exp_url,notes"
_ROWS = (
    f'xa.page,nat,,body,contains,"{NOTICE}",5,XA,made-up,,',
    f"xa.address,nat,,dns,full,{FINGERPRINTED_ADDRESS},5,XA,made-up,,",
    f'shop.closed,fp,,body,contains,"{FALSE_NOTICE}",5,,made-up,,',
)


def make_refdata(folder: Path) -> Refdata:
    """Return reference data that holds nothing but three fingerprints: a page, an address, and a known false positive."""
    source = folder / "prints.csv"
    source.write_text("\n".join((_HEAD, *_ROWS)) + "\n")
    add_snapshot(folder / "pinned", "fingerprint", source, date="2031-01-01")
    return load_refdata(folder / "pinned")
