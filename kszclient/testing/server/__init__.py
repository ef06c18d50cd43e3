"""The mock KSZ: a request in, an answer or a fault out."""
