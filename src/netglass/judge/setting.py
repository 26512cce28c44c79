"""Figures and word lists that the SQL of facts uses, each with its source."""

LENGTH_RATIO = 0.7
"""Bodies whose lengths are closer than this are the same page. **Source**: OONI ts-017-web-connectivity, body_length_match."""

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
