"""The contract of ChildBenefitsService v1: build a request, check it, read the answer."""

from kszclient.wire.schema import Violation, check_payload, schema_files, wsdl_bytes

__all__ = [
    "Violation",
    "check_payload",
    "schema_files",
    "wsdl_bytes",
]
