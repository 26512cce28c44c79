"""What a passage is about, in the register's words, by a table of wordings in English and Chinese."""

import re

from netglass.register.word import Measure, Subject

SUBJECTS: tuple[tuple[Subject, str], ...] = (
    ("sovereignty", r"sovereign|digital borders|cyber-?sovereignty|主权"),
    ("shutdown", r"shut(?:ting)? ?down|shut off|cut(?:ting)? off (?:the )?internet|outage|blackout|限制通信|断网|临时措施"),
    ("blocking", r"\bblock|filter|inaccessible|access to (?:web ?sites|pages)|censor|停止传输|阻断|消除"),
    ("throttling", r"throttl|slow(?:ed|ing)? down"),
    ("content_offence", r"rumou?r|false (?:news|information)|fake news|insult|defam|crime|谣|虚假信息|诽谤|违法信息"),
    ("content_duty", r"remov(?:e|al|ing)|take ?down|moderat|unlawful content|online speech|video hosting|停止传输|处置措施|删除"),
    ("real_name", r"real[- ]name|real identit|anonym|真实身份|实名"),
    ("licensing", r"licen[cs]|permit|registration|许可|备案"),
    ("data_retention", r"(?:data retention|retain)|keep (?:\w+ )?(?:logs|traffic data|records)|traffic data|留存|网络日志"),
    ("data_location", r"stor(?:e|ing) (?:\w+ )?data (?:inside|in|within)|data locali[sz]ation|境内存储"),
    ("data_export", r"data abroad|cross-border data|向境外提供|出境"),
    ("data_protection", r"privacy|personal data|data protection|个人信息"),
    ("surveillance", r"surveil|intercept|monitor(?:ing)? (?:of )?(?:users|traffic|communications)|wiretap|监视|监听"),
    ("assistance", r"hand(?:ed|ing)? over|user data to|technical (?:support|assistance)|技术支持和协助"),
    ("encryption", r"encrypt|密码|加密"),
    ("circumvention", r"\bVPN|circumvent|翻墙"),
    ("procurement_review", r"procure|safe and controllable|certified|domestic (?:software|technology|products)|only use|use only|安全审查|采购"),
    ("product_security", r"product security|security of (?:network )?products|网络产品"),
    ("critical_infrastructure", r"critical infrastructure|key sectors|关键信息基础设施"),
    ("state_secrets", r"state secrets|国家秘密"),
    ("espionage", r"espionage|\bspy|\bspies|间谍"),
    ("cyber_attack", r"cyber-?attack|hack|disrupt|intrusion|malware|hijack|网络攻击"),
    ("terrorism", r"terror|恐怖"),
    ("arms_race", r"arms[- ]race|cyber-?weapon|军备"),
    ("international_cooperation", r"treaty|convention|work together|cooperat|international|worldwide|resolution|国际合作|国际交流"),
    ("access_expansion", r"coverage|connect (?:all|every|\d)|broadband|expand (?:the )?internet|internet users|access for|普及|覆盖"),
    ("market_access", r"market|access to china|foreign (?:compan|firm|platform)"),
    ("rights", r"\brights?\b|freedom|free(?:ly)? express|free[- ]speech|open and free|liberty|权利|权益"),
    ("governance", r"govern|dominat|sway|regulat|manag|\border\b|control of|how the internet is run|own networks|管理|治理"),
    ("product_security", r"network security|network safety|cyber-?security|internet security|security in cyberspace|security of|网络安全"),
)  # fmt: skip
"""Subject and wording; a passage is about every subject whose wording it has."""

_PATTERNS = [(subject, re.compile(pattern, re.IGNORECASE)) for subject, pattern in SUBJECTS]

MEASURES: dict[Subject, tuple[Measure, ...]] = {
    "blocking": ("verdicts", "events"),
    "shutdown": ("shutdown_events",),
    "throttling": ("throttling_events",),
    "access_expansion": ("indicator_series",),
    "international_cooperation": ("endorsements",),
    "espionage": ("attributed_incidents",),
    "cyber_attack": ("attributed_incidents",),
    "governance": ("dependence_shares",),
    "content_duty": ("company_reports",),
    "assistance": ("company_reports",),
    "content_offence": ("text_of_instruments",),
    "licensing": ("text_of_instruments",),
    "data_retention": ("text_of_instruments",),
    "real_name": ("text_of_instruments",),
}
"""By what a claim of fact about a subject can be checked."""


def find_subjects(text: str) -> list[str]:
    """Return what ``text`` is about, without doubles, in the order of the table."""
    return list(dict.fromkeys(subject for subject, pattern in _PATTERNS if pattern.search(text)))


def list_measures(subjects: list[str]) -> list[str]:
    """Return by what a claim of fact about these subjects can be checked; nothing where nobody can say."""
    found = (measure for subject, measures in MEASURES.items() if subject in subjects for measure in measures)
    return list(dict.fromkeys(found))
