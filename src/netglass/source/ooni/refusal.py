"""Words and headers by which a server, not a network, refuses: a table, each line with its source.

A refusal is evidence for the locus ``server_side`` only together with a certificate or control that vouches for the
server; here it is merely read off the page. Lines are careful about ordinary pages: headers decide alone, words count
only in the title, under a refusing status, or where the whole page is a few sentences. A page that speaks of an
order, a court or a ministry is no geographic refusal, whatever else it says.
"""

import re
from typing import NamedTuple

GEO, CAPTCHA, CHALLENGE, DENIED = "geo", "captcha", "challenge", "denied"


class Sign(NamedTuple):
    """A sign of a refusal: its kind, an expression over lower-case text, where it is documented, and ``hints``: pieces of
    which one is in every text that the expression matches, so that most texts need no search."""

    kind: str
    expression: str
    source: str
    hints: tuple[str, ...] = ("",)


HEADER_SIGNS: tuple[tuple[str, Sign], ...] = (
    ("cf-mitigated", Sign(CHALLENGE, "challenge", "Cloudflare docs, Detect a Challenge Page response")),
    ("x-amzn-waf-action", Sign(CHALLENGE, "challenge", "AWS WAF developer guide, Challenge action")),
    ("x-amzn-waf-action", Sign(CAPTCHA, "captcha", "AWS WAF developer guide, CAPTCHA action")),
    ("x-vercel-mitigated", Sign(CHALLENGE, "challenge", "Vercel docs, firewall response headers")),
    ("x-vercel-mitigated", Sign(DENIED, "deny", "Vercel docs, firewall response headers")),
    ("x-sucuri-block", Sign(DENIED, ".", "Sucuri firewall, block response")),
    ("x-datadome-cid", Sign(CAPTCHA, ".", "DataDome docs, server-side integration: block response")),
)
"""Headers (lower case) that a refusing edge sends."""

TITLE_SIGNS: tuple[Sign, ...] = (
    Sign(CHALLENGE, r"^just a moment\b", "Cloudflare managed challenge"),
    Sign(CHALLENGE, r"^one moment, please", "Imunify360 and Cloudflare interstitials"),
    Sign(CHALLENGE, r"^please wait\W*(?:\||-)\s*(?:cloudflare|verif|check)", "interstitials of several vendors"),
    Sign(
        CHALLENGE,
        r"^(?:ddos-guard|ddos protection|checking your browser|browser check|bot verification)\b",
        "DDoS-Guard and others",
    ),
    Sign(
        CHALLENGE,
        r"^(?:verifying|checking) (?:your browser|the security|that you are human|if you are human)",
        "Cloudflare",
    ),
    Sign(
        CAPTCHA,
        r"^attention required!? \| cloudflare",
        "Cloudflare captcha page, also in OONI's scenario cloudflareCAPTCHA",
    ),
    Sign(
        CAPTCHA,
        r"\bcaptcha\b|^robot check|^are you (?:a robot|human)|^human verification|^verify you are (?:a )?human",
        "several",
    ),
    Sign(
        CAPTCHA,
        r"^(?:security|human) (?:check|verification)(?: required)?$|^access to this page has been denied",
        "PerimeterX/HUMAN docs",
    ),
    Sign(
        CAPTCHA,
        r"^(?:проверка, что вы не робот|вы не робот|подтвердите, что запросы отправляли вы|ой!$)",
        "Yandex SmartCaptcha",
    ),
    Sign(DENIED, r"^access denied \| .* used cloudflare to restrict access", "Cloudflare error 1020"),
    Sign(DENIED, r"^sucuri website firewall", "Sucuri firewall, block page"),
)
"""Titles (lower case) of refusing pages; they decide alone."""

BODY_SIGNS: tuple[Sign, ...] = (
    Sign(
        GEO,
        r"error code: 1009|has banned the (?:country or region|autonomous system)",
        "Cloudflare docs, error 1009",
        ("error code: 1009", "has banned the"),
    ),
    Sign(
        GEO,
        r"distribution is configured to block access from your country",
        "Amazon CloudFront docs, geographic restrictions",
        ("is configured to block",),
    ),
    Sign(
        CHALLENGE,
        r"/cdn-cgi/challenge-platform/|_cf_chl_opt|cf-browser-verification|jschl[-_]",
        "Cloudflare challenge page",
        ("challenge-platform", "_cf_chl_opt", "cf-browser-verification", "jschl"),
    ),
    Sign(
        CHALLENGE,
        r"enable javascript and cookies to continue|checking (?:if the site connection is secure|"
        r"your browser before)",
        "Cloudflare",
        ("enable javascript and cookies", "checking if the site", "checking your browser"),
    ),
    Sign(
        CHALLENGE,
        r"awswafintegration|challenge\.js\?|/\.well-known/ddos-guard/|ddos-guard\.net",
        "AWS WAF, DDoS-Guard",
        ("awswafintegration", "challenge.js", "ddos-guard"),
    ),
    Sign(
        CHALLENGE,
        r"_incapsula_resource\?|/_guard/|__js_p_|please enable (?:js|javascript) and (?:disable|cookies)",
        "Imperva, others",
        ("_incapsula_resource", "_guard/", "__js_p_", "please enable js", "please enable javascript"),
    ),
    Sign(
        CAPTCHA,
        r"captcha|px-captcha|hcaptcha\.com|g-recaptcha|cf-turnstile|captcha-delivery\.com|funcaptcha|arkoselabs",
        "vendors' docs",
        ("captcha", "cf-turnstile", "arkoselabs"),
    ),
    Sign(
        CAPTCHA,
        r"unusual traffic from your computer network|prove (?:that )?you(?:'|’)?(?:re| are) (?:not a robot|human)",
        "Google sorry page",
        ("unusual traffic", "prove you", "prove that you"),
    ),
    Sign(
        CAPTCHA,
        r"(?:verify|confirm)(?: that)? you(?:'|’)?(?:re| are) (?:not a robot|(?:a )?human)|i(?:'|’)?m not a robot",
        "several",
        ("verify you", "verify that you", "confirm you", "confirm that you", "m not a robot"),
    ),
    Sign(
        DENIED,
        r"reference\s*(?:&#32;|\s)*(?:#|&#35;)[0-9a-f]+(?:\.|&#46;)[0-9a-f]+",
        "Akamai, access denied page",
        ("reference",),
    ),
    Sign(
        DENIED,
        r"error code: 10(?:06|07|08|10|12|15|20)\b|sorry, you have been blocked",
        "Cloudflare docs, 1xxx errors",
        ("error code: 10", "you have been blocked"),
    ),
    Sign(
        DENIED,
        r"incapsula incident id|the requested url was rejected\. please consult|generated by wordfence",
        "Imperva, F5, Wordfence",
        ("incapsula incident", "requested url was rejected", "wordfence"),
    ),
)
"""Words and scripts of refusing pages; they count under a refusing status only."""

_PLACES = ("countr", "region", "location", "area", "territor", "jurisdiction", "part of the world")
_BEFORE_PLACE = (
    *("your", "this", "certain", "some", "selected", "following", "all", "most", "these"),
    *("current", "present", "geographic", "geographical", "european", "specific"),
)
_YOUR_PLACES = tuple(f"{word} {place}" for word in _BEFORE_PLACE for place in _PLACES)
_GEO_BLOCKS = tuple(
    f"{word}{gap}{end}"
    for word in ("geo", "geographic", "geographical", "geographically")
    for gap in ("", "-", " ")
    for end in ("block", "restrict", "fenc", "locked", "limited", "location ")
)
_PLACE = (
    r"(?:countr(?:y|ies)|regions?|(?:current |geographic(?:al)? )?(?:location|area)|territor(?:y|"
    r"ies)|jurisdictions?|part of the world|location)"
)
_YOURS = (
    r"(?:your|this|certain|some|the selected|the following|all|most|these)(?: (?:current|present|"
    r"geographic(?:al)?|european|specific))?"
)

GEO_SIGNS: tuple[Sign, ...] = (
    Sign(
        GEO,
        rf"(?:not|n['’]t|no longer|cannot be|un)\s?(?:yet |currently |be |been )?(?:available|offered|"
        rf"accessible|accessed|supported|permitted|allowed|provided|viewed|served|licensed|operate|"
        rf"sold|shown|reached|distributed|authorized|viewable|published)[^.!?]{{0,80}}\b{_YOURS} "
        rf"{_PLACE}",
        "English, common wording",
        _YOUR_PLACES,
    ),
    Sign(
        GEO,
        rf"\b{_YOURS} {_PLACE}[^.!?]{{0,30}} (?:is|are|has been|have been|was) (?:not (?:yet |currently "
        rf")?(?:supported|allowed|available|eligible|permitted|served)|restricted|blocked|banned|"
        rf"unsupported|prohibited)",
        "English, common wording",
        _YOUR_PLACES,
    ),
    Sign(
        GEO,
        rf"(?:do|does|can|are|is|will)(?: ?not|n['’]t|  unable to)[^.!?]{{0,60}}(?:serve|offer|"
        rf"provide|support|allow|ship|operate|available|accept|permit|grant)[^.!?]{{0,60}}\b(?:{_YOURS}|"
        rf"from your) {_PLACE}",
        "English, common wording",
        _YOUR_PLACES,
    ),
    Sign(
        GEO,
        rf"(?:block(?:s|ed|ing)?|restrict(?:s|ed|ing|ions?)?|den(?:y|ies|ied)|disabled|prohibit(?:s|"
        rf"ed)?|limited|unavailable|forbidden|refus(?:e|ed))\b[^.!?]{{0,60}}(?:from|in|for|to|within|"
        rf"based on|due to|because of)[^.!?]{{0,20}}\b{_YOURS} {_PLACE}",
        "English, common wording",
        _YOUR_PLACES,
    ),
    Sign(
        GEO,
        r"\bgeo(?:graphic(?:al(?:ly)?)?)?[- ]?(?:block(?:ed|ing)?|restrict(?:ed|ions?)|fenc(?:ed|"
        r"ing)|locked|limited|location (?:block|restrict))",
        "English, common wording",
        _GEO_BLOCKS,
    ),
    Sign(
        GEO,
        r"(?:european (?:union|economic area)|\beea\b|\bgdpr\b|general data protection regulation)"
        r"[^.!?]{0,200}(?:cannot|can ?not|unable|unavailable|not (?:be )?(?:available|granted|"
        r"able|support))|(?:unavailable|not available|cannot)[^.!?]{0,120}(?:european (?:union|"
        r"economic area)|\beea\b|\bgdpr\b|in europe\b)",
        "pages of US publishers since 2018",
        ("european union", "european economic area", "eea", "gdpr", "general data protection", "in europe"),
    ),
    Sign(
        GEO,
        r"due to (?:u\.?s\.? )?(?:economic sanctions|sanctions|export (?:control|restriction)s?)"
        r"|sanction(?:s|ed) (?:countr|region|territor)",
        "providers' sanction pages",
        ("sanction", "export "),
    ),
    Sign(
        GEO,
        r"(?:pas|plus|non) (?:encore )?(?:disponible|accessible|autorisé|proposé)\w*[^.!?]{0,60}(?:votre|"
        r"ce|certains) (?:pays|région|territoire|zone)",
        "French",
        ("pays", "région", "territoire", "zone"),
    ),
    Sign(
        GEO,
        r"indisponible[^.!?]{0,40}(?:votre|ce) (?:pays|région|territoire|zone)",
        "French",
        ("pays", "région", "territoire", "zone"),
    ),
    Sign(
        GEO,
        r"(?:in|für|aus) (?:ihrem|deinem|ihrer|deiner|ihr|diesem|dieser) (?:land|region|standort|"
        r"gebiet)[^.!?]{0,50}(?:nicht (?:verfügbar|erreichbar|zugänglich|angeboten|möglich|gestattet|"
        r"erlaubt)|gesperrt|blockiert)|nicht (?:verfügbar|erreichbar|zugänglich|angeboten)[^.!?]"
        r"{0,40}(?:ihrem|deinem|ihrer|deiner) (?:land|region|standort)",
        "German",
        ("ihrem ", "deinem ", "ihrer ", "deiner ", "ihr ", "diesem ", "dieser "),
    ),
    Sign(
        GEO,
        r"(?:no (?:está|se encuentra|estan?|es|son) (?:disponibles?|accesibles?|permitid\w+)|no "
        r"disponible|restringid\w+|bloquead\w+)[^.!?]{0,60}(?:tu|su|este|esta) (?:país|región|"
        r"ubicación|territorio|zona)",
        "Spanish",
        ("país", "región", "ubicación", "territorio", "zona"),
    ),
    Sign(
        GEO,
        r"(?:não (?:está|se encontra|é|estão) (?:disponíve(?:l|is)|acessíve(?:l|is)|permitid\w+)"
        r"|indisponíve(?:l|is)|bloquead\w+)[^.!?]{0,60}(?:seu|sua|teu|neste|nesta) (?:país|região|"
        r"localização|território)",
        "Portuguese",
        ("país", "região", "localização", "território"),
    ),
    Sign(
        GEO,
        r"non (?:è|sono|e') (?:ancora |attualmente )?(?:disponibil[ei]|accessibil[ei])[^.!?]{0,60}(?:tuo|"
        r"tua|suo|sua|vostro|questo) (?:paese|regione|area|territorio|posizione)",
        "Italian",
        ("paese", "regione", "area", "territorio", "posizione"),
    ),
    Sign(
        GEO,
        r"niet (?:beschikbaar|toegankelijk)[^.!?]{0,50}(?:jouw|uw|je|dit) (?:land|regio|gebied|locatie)",
        "Dutch",
        tuple(f"{your} {place}" for your in ("uw", "je", "dit") for place in ("land", "regio", "gebied", "locatie")),
    ),
    Sign(
        GEO,
        r"(?:недоступ\w+|не доступ\w+|заблокирован\w* для|ограничен\w*)[^.!?]{0,60}(?:ваш(?:ей|"
        r"его|ем|у)|данн(?:ой|ом)|этой|вашого) (?:стран\w+|регион\w+|местоположени\w+|территори\w+)"
        r"|в (?:вашей стране|вашем регионе)[^.!?]{0,50}(?:недоступ|не доступ|не предостав|не поддерж)",
        "Russian",
        ("стран", "регион", "местоположени", "территори"),
    ),
    Sign(
        GEO,
        r"(?:недоступн\w+|не доступн\w+)[^.!?]{0,60}(?:вашій країні|вашому регіоні|вашої країни|вашого регіону)",
        "Ukrainian",
        ("країн", "регіон"),
    ),
    Sign(
        GEO,
        r"(?:niedostępn\w+|nie jest dostępn\w+)[^.!?]{0,60}(?:twoim|twojej|państwa|tym) (?:kraju|"
        r"regionie|lokalizacji)",
        "Polish",
        ("kraju", "regionie", "lokalizacji"),
    ),
    Sign(
        GEO,
        r"(?:ülkenizde|bölgenizde|bulunduğunuz (?:ülke|bölge|konum)\w*)[^.!?]{0,60}(?:kullanılam|"
        r"kullanıma (?:açık|uygun) değil|mevcut değil|erişile?me|erişim|sunulm|desteklenm)",
        "Turkish",
        ("ülke", "bölge", "konum"),
    ),
    Sign(
        GEO,
        r"(?:غير متاح|غير متوفر|غير متاحة|غير متوفرة|لا يتوفر|محظور)[^.!؟]{0,60}(?:بلدك|دولتك|"
        r"منطقتك|بلدكم|منطقتكم|موقعك)",
        "Arabic",
        ("بلد", "دولت", "منطقت", "موقع"),
    ),
    Sign(
        GEO,
        r"(?:کشور شما|منطقه شما|موقعیت شما)[^.!؟]{0,60}(?:در دسترس نیست|امکان ?پذیر نیست|قابل دسترس|مسدود|محدود)",
        "Persian",
        ("کشور", "منطقه", "موقعیت"),
    ),
    Sign(
        GEO,
        r"(?:您|你)?(?:所在|所处|所處|的)(?:的)?(?:国家|國家|地区|地區|区域|區域|位置)[^。！？]{0,30}(?:不可用|无法|無法|不支持|不提供|"
        r"不支援|未开放|未開放|暂未|暫未|受限|限制|不能|禁止)|(?:无法|無法|不能|不)(?:在|向)[^。！？]{0,12}(?:国家|國家|地区|地區)[^。！？]"
        r"{0,20}(?:提供|使用|访问|訪問|观看|觀看)",
        "Chinese",
        ("国家", "國家", "地区", "地區", "区域", "區域", "位置"),
    ),
    Sign(
        GEO,
        r"(?:お住まい|ご利用|お客様|現在)の?(?:の)?(?:国|地域|場所|エリア)[^。！？]{0,40}(?:利用(?:でき|頂け|いただけ)|アクセス(?:でき|"
        r"いただけ)|提供(?:して|でき)|視聴|ご覧)|(?:国|地域)(?:で|から)は[^。]{0,30}(?:利用でき|ご利用いただけ|アクセスでき|視聴でき|ご覧いただけ)",
        "Japanese",
        ("国", "地域", "場所", "エリア"),
    ),
    Sign(
        GEO,
        r"(?:국가|지역|위치)(?:에서|에서는)[^.!?]{0,40}"
        r"(?:이용(?:하실|할) 수 없|사용(?:하실|할) 수 없|제공되지 않|접속(?:하실|할) 수 없|지원되지 않|제한)",
        "Korean",
        ("국가", "지역", "위치"),
    ),
    Sign(
        GEO,
        r"(?:tidak|belum) (?:tersedia|dapat diakses)[^.!?]{0,50}(?:negara|wilayah|lokasi|daerah) (?:anda|kamu|ini)",
        "Indonesian and Malay",
        ("negara", "wilayah", "lokasi", "daerah"),
    ),
    Sign(
        GEO,
        r"không (?:khả dụng|có sẵn|được cung cấp|hỗ trợ)[^.!?]{0,50}(?:quốc gia|khu vực|vùng)",
        "Vietnamese",
        ("quốc gia", "khu vực", "vùng"),
    ),
    Sign(GEO, r"ไม่(?:พร้อม|สามารถ|เปิด)[^.!?]{0,60}(?:ประเทศ|ภูมิภาค|พื้นที่)ของคุณ", "Thai", ("ประเทศ", "ภูมิภาค", "พื้นที่")),
    Sign(GEO, r"(?:आपके|इस) (?:देश|क्षेत्र)[^.!?।]{0,40}(?:उपलब्ध नहीं|अनुपलब्ध)", "Hindi", ("देश", "क्षेत्र")),
)
"""Sentences by which a site turns a country away; vocabulary per language, checked on title and short pages."""

ORDER_WORDS = re.compile(
    r"\b(?:court|ministry|minister|decree|decision no|order no|by order|law no|federal law|"
    r"prosecutor|regulator(?:y authority)?|"
    r"telecommunications? (?:authority|regulat|commission)|communications? (?:authority|commission)|illegal content|"
    r"prohibited content|unlawful content|government|authorit(?:y|ies) of|national security|"
    r"internet service provider|"
    r"content filter|category)\b|роскомнадзор|решени\w+ суда|федеральн\w+ закон|единый реестр|mahkeme|karar\w*|"
    r"5651|kominfo|internet positif|tribunal|juzgado|ministerio|ministère|ministero|autorità|"
    r"gericht\w*beschluss|法院|法律法规|违法",
    re.IGNORECASE,
)
"""Words of those who block by order; with them a page is no refusal of the server.

**Source**: block pages in OONI's blocking-fingerprints.
"""

REFUSING_STATUS = frozenset((401, 403, 405, 406, 418, 429, 430, 444, 451, 503, 999))
"""Status codes that refuse.

**Source**: RFC 9110 section 15, RFC 6585, RFC 7725; 430, 444 and 999 as Shopify, nginx and LinkedIn use them.
"""
