"""The closed vocabularies that several kinds of records share. A word that is not here is an error."""

from typing import Literal

Review = Literal["draft", "reviewed", "disputed"]
"""How far a fact has been checked. What is disputed is shown as disputed."""

Reviewer = Literal["editor", "lawyer", "engineer", "translator", "researcher"]
"""The role, never the name, of who checked it."""

Body = Literal[
    "head_of_state",
    "legislature",
    "government",
    "ministry",
    "regulator",
    "police",
    "security_service",
    "military",
    "prosecutor",
    "court",
    "local_government",
    "party",
    "international_organisation",
    "company",
    "civil_society",
    "unknown",
]
"""What sort of body issues, orders, speaks or attributes."""

Addressee = Literal["isp", "registry", "host", "platform", "app_store", "search", "user"]
"""Whom an order binds."""

Obliged = Literal[
    "isp",
    "registry",
    "host",
    "platform",
    "app_store",
    "search",
    "user",
    "network_operator",
    "critical_infrastructure_operator",
    "product_provider",
    "public_body",
    "anyone",
]
"""Whom a requirement of an instrument binds."""

Sector = Literal[
    "all",
    "telecommunications",
    "internet_services",
    "media",
    "finance",
    "energy",
    "transport",
    "water",
    "health",
    "education",
    "public_services",
    "defence",
    "critical_infrastructure",
    "technology_products",
]
"""Sectors that an instrument speaks of."""

Subject = Literal[
    "aim",
    "definition",
    "sovereignty",
    "scope",
    "competence",
    "licensing",
    "real_name",
    "content_duty",
    "content_offence",
    "blocking",
    "shutdown",
    "throttling",
    "surveillance",
    "assistance",
    "data_retention",
    "data_location",
    "data_export",
    "data_protection",
    "encryption",
    "circumvention",
    "procurement_review",
    "product_security",
    "critical_infrastructure",
    "state_secrets",
    "espionage",
    "terrorism",
    "penalty",
    "remedy",
    "procedure",
    "entry_into_force",
    "international_cooperation",
    "access_expansion",
    "market_access",
    "governance",
    "rights",
    "cyber_attack",
    "arms_race",
]
"""What a provision, a statement or a claim is about."""

Measure = Literal[
    "verdicts",
    "events",
    "shutdown_events",
    "throttling_events",
    "orders_beside_events",
    "indicator_series",
    "dependence_shares",
    "text_of_instruments",
    "text_reuse",
    "endorsements",
    "company_reports",
    "attributed_incidents",
    "case_counts",
]
"""By what a claim can be checked."""
