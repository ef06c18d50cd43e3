"""The question that every peer puts; the stub's answer is to this one."""

TICKET = "3f0c2d1e-0000-4000-8000-000000000001"
SSIN = "85023000125"
CUSTOMER = "0000000097"
LEGAL_CONTEXT = "MOCK:DEMONSTRATION"
SOURCES = ("FLANDERS", "WALLONIA")
