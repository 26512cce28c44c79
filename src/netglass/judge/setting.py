"""Figures and word lists that the SQL of facts uses, each with its source."""

LENGTH_RATIO = 0.7
"""Bodies whose lengths are closer than this are the same page. **Source**: OONI ts-017-web-connectivity, body_length_match."""

LEAST_ANSWER_BYTES = 32_000
"""Bytes after the first read below which nothing is said of speed: TCP's first flight (ten packets, **Source**: RFC 6928) and the next
come at a speed that the distance makes."""

SLOW_SPEED = 64_000
"""Bytes a second above which a page is not called slow, whatever others reach: four times the documented limits of 130 to 150 kbit/s.
**Source**: Xue et al., Throttling Twitter, IMC 2021, for the limits; the margin is a design choice."""

SLOW_FACTOR = 8
"""How far below its comparison a slow page lies. **Source**: the throttling of Twitter took 87 % of the speed on average (figure given
with Xue et al., IMC 2021). Replays of one and the same traffic, as Wehe's, can tell 10 %; pages of different sites can not."""

SPEED_OTHERS = 3
"""Other pages of a run that must be long enough before their median is a comparison. **Source**: design choice, as ``SPEED_NETWORKS``."""

SPEED_NETWORKS = 2
"""Other networks on which the page must have come fast."""

PACKET_BYTES = 1460
"""Payload of a full TCP packet on Ethernet. **Source**: RFC 9293, section 3.7.1."""

SLOW_PACKETS = 4
"""Packets per round trip below which distance alone explains nothing: TCP sends ten at first and so few only where about a tenth is
lost. **Source**: Mathis et al., The Macroscopic Behavior of the TCP Congestion Avoidance Algorithm, 1997: 1.22 / sqrt(loss)."""

TRICKLE_SECONDS = 2.0
"""Seconds between the first and the last bytes of an answer of which no head arrived, from which on it was slowed and not cut: twice the
time after which TCP sends a lost packet again. **Source**: RFC 6298, section 2 (1 s)."""

ERROR_TITLE = (
    r"^(error )?[45]\d\d\b|^(bad request|unauthorized|forbidden|not found|internal server error|bad gateway|"
    r"service unavailable|gateway timeout)$"
)
"""Titles of pages that say no more than a status code. **Source**: RFC 9110, section 15, for the phrases."""

COMMON_HEADERS = (
    "accept-ranges",
    "age",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-security-policy",
    "content-type",
    "date",
    "etag",
    "expires",
    "keep-alive",
    "last-modified",
    "location",
    "pragma",
    "server",
    "set-cookie",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "via",
    "x-cache",
    "x-powered-by",
)
"""Headers so common that sharing them says nothing. **Source**: OONI ts-017-web-connectivity, headers_match, extended by RFC 9110
and RFC 9111 fields that most servers send."""

PORTAL_WORDS = (
    r"\b(captive|hot-?spot|wi-?fi|wlan|walled.?garden|guest.?(net|access|login)|portal.?(login|auth)|splash.?page)\b"
)
"""Words in the host, title or URL of a captive portal's page. **Source**: RFC 8952 (captive portal architecture) for the terms."""

INTERCEPTION_PRODUCTS = (
    r"avast|avg technologies|bitdefender|kaspersky|eset, spol|eset ssl|dr\.?web|norton|symantec endpoint|mcafee web|sophos|"
    r"fortinet|fortigate|zscaler|netskope|palo alto|checkpoint|check point|blue ?coat|barracuda|watchguard|websense|forcepoint|"
    r"cisco umbrella|opendns|untangle|smoothwall|securly|lightspeed|goguardian|net ?nanny|qustodio|adguard|superfish|"
    r"charles proxy|fiddler|mitmproxy|burp|portswigger|squid|pfsense|opnsense|sonicwall|iboss|contentkeeper"
)
"""Issuers of certificates made by products on the device or in its company or school. **Source**: Durumeric et al., The Security Impact
of HTTPS Interception, NDSS 2017 (list of products); vendors' own documentation of their root names."""
