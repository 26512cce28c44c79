"""Words that the rules share: countries and their adjectives, institutions, and words that are capitalised without being names."""

import re

from netglass.register.country import COUNTRIES

_ADJECTIVES = """
AF Afghan; AU Australian; BR Brazilian; BY Belarusian; CA Canadian; CN Chinese; CU Cuban; DE German; EG Egyptian; ES Spanish;
ET Ethiopian; EU European; FR French; GB British; IN Indian; ID Indonesian; IR Iranian; IQ Iraqi; IL Israeli; IT Italian; JP Japanese;
KE Kenyan; KR South Korean; KP North Korean; KZ Kazakh; MM Burmese; MX Mexican; NG Nigerian; NL Dutch; NO Norwegian; PK Pakistani;
PL Polish; RU Russian; SA Saudi; SE Swedish; SY Syrian; TH Thai; TR Turkish; TZ Tanzanian; UA Ukrainian; UG Ugandan; US American;
VE Venezuelan; VN Vietnamese; ZA South African; ZW Zimbabwean
"""
_ALSO = {"US": ("U.S.", "US", "USA", "America"), "GB": ("UK", "Britain"), "EU": ("EU",), "MM": ("Burma",)} | {
    "KR": ("South Korea",), "KP": ("North Korea",), "TR": ("Turkey",), "CN": ("People's Republic of China",),
}  # fmt: skip

NAMES: dict[str, str] = {name: code for code, name in COUNTRIES.items() if code != "INT"}
NAMES |= {name: code for code, names in _ALSO.items() for name in names}
NAMES |= {entry.strip()[3:]: entry.strip()[:2] for entry in " ".join(_ADJECTIVES.split()).split(";")}
"""Code by name and by adjective. **Source**: the table of countries; adjectives as English writes them."""

COUNTRY = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(name) for name in sorted(NAMES, key=len, reverse=True)) + r")(?![\w])"
)

CALENDAR = frozenset(
    re.findall(
        r"\S+",
        "April August December February Friday January July June March May Monday November October Saturday September "
        "Sunday Thursday Tuesday Wednesday ",
    )
)

INSTITUTION_WORDS = (
    "Academy|Act|Administration|Agency|Alliance|Amendment|Amnesty|Assembly|Association|Authority|Bill|Board|Bureau|Centre|Center|Chamber|Charter"
    "|Club|Code|Commission|Committee|Conference|Congress|Constitution|Convention|Council|Court|Declaration|Decree|Department"
    "|Directive|Federation|Forum|Foundation|Government|Group|House|Initiative|Inspectorate|Institute|International|Law|League|Ministry|Network"
    "|Networks|Nations|Office|Ordinance|Organisation|Organization|Parliament|Party|Police|Press|Procuratorate|Protocol|Regulation|Regulations"
    "|Republic|Resolution|Rules|Senate|Service|Society|Summit|Telecom|Times|Treaty|Tribunal|Union|University|Watch"
    r"|Inc\.?|Ltd\.?|Corp\.?|Corporation|Company|GmbH|LLC|PLC"
)
"""Words that make a capitalised phrase the name of a body, a text or a firm, and not of a person."""

_CAPITAL = r"(?:\d{4}|[^\W\d_a-z][\w’'-]*\.?)"
INSTITUTION = re.compile(
    rf"(?:(?:{_CAPITAL}|of|and|for|on)\s+)*?(?<!\w)(?:{INSTITUTION_WORDS})(?![\w])(?:\s+(?:of|on|for|against|to|and|the|in)(?:\s+the)?(?=\s+[^\W\d_a-z])|\s+{_CAPITAL})*"
)
"""A capitalised phrase that has such a word, with what is linked to it: ``Convention on Network Crime``."""

STARTERS = frozenset(
    re.findall(
        r"\S+",
        "A According After All Also Although An And Another Any As At Authorities Because Before Both But By Citizens "
        "Companies Courts Critics Despite During Each Earlier Every Everyone Few Five Following For Four From Further "
        "He Her His How However If In It Its Journalists Judges Last Lawyers Many Meanwhile More Most New Next No "
        "Nobody Not Now Of Officers Officials On One Only Or Other Our Over People Police Prosecutors Regulators "
        "Reporters Seven She Since Six Some Such Ten That The Their Then There These They This Those Thousands Three To "
        "Today Two Under Until Users We What When Where While Who With Without Yesterday You "
        "Platforms Providers Operators Firms Activists Bloggers Students Teachers Residents Protesters Voters Delegates "
        "Hackers Monitors Senators Lawmakers Ministers Engineers Experts Websites Talks ",
    )
)
"""Words that a sentence begins with and that are no names."""

COMMON = frozenset(
    re.findall(
        r"\S+",
        "Assembly Buddhist Christian Congress Court Dr English Facebook Father Google Government I Imam Instagram "
        "Internet Judge Lady Ministry Miss Mr Mrs Ms Muslim Parliament Prof Professor Senate Sir State Telegram TikTok "
        "Twitter WeChat Web Weibo WhatsApp Wikipedia YouTube ",
    )
)
"""Words that are capitalised and name no person."""
