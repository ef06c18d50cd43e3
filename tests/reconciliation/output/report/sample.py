"""Invented findings with a seed: every kind, every register, every hole that a column may have."""

import random

import polars as pl

KINDS = (
    *("not_found", "found_elsewhere", "found_elsewhere_move", "found_elsewhere_orint"),
    *("found_elsewhere_participation", "other_payer", "months_missing", "months_extra"),
    *("months_shifted", "two_basic_amounts", "number_replaced", "number_cancelled"),
    *("number_unknown", "not_integrated", "not_authorised", "refused", "incomplete"),
    *(
        "months_untold",
        "register_contradiction",
        "competence_undetermined",
        "unknown_category",
        "truncated",
    ),
    *("unusable_answer", "unanswered"),
    *("payment_missing", "payment_unclear", "payer_uncompared", "basic_amount_twice"),
)
_WITHOUT_MONTHS = {"number_replaced", "number_cancelled", "not_integrated", "not_authorised"}
SOURCES = ("FEDERAL", "FLANDERS", "WALLONIA", "BRUSSELS", "EASTBELGIUM")
_ENTITIES = ("FEDERAL", "OPGROEIEN", "AVIQ", "IRISCARE", "DG")
_PLACES = (
    *(("11002", "Antwerpen"), ("44021", "Gent"), ("62063", "Liège"), ("52011", "Charleroi")),
    *(("21004", "Brussel"), ("21001", "Anderlecht"), ("63023", "Eupen"), ("63049", "Malmedy")),
    *(("25072", "Nivelles"), ("73109", "Voeren"), ("54007", "Mouscron"), ("21012", "Molenbeek")),
)
_PAYERS = ("0692793497", "0685540471", "Famiwal", "KidsLife Wallonie", "Famiris", "Parentia", "123")
_THEMES = ("RECOVERY_LATE_FLOW", "DATA_EXCHANGE_ERROR", "INTERNATIONAL_FILE", "")
_WHY = ("The register holds a file for months outside the dossier.", "", None)
_COLUMNS = (
    *("kind", "severity", "dossier", "pseudonym", "from", "to", "expected", "found", "source"),
    *("competent_source", "entity", "nis", "municipality", "payer", "rule", "ticket", "theme"),
    "explanation",
)


def row(kind, **cells):
    """One finding of which only the kind must be told."""
    return {**dict.fromkeys(_COLUMNS), "kind": kind, **cells}


def frame(*rows):
    """Findings as the report takes them."""
    return pl.DataFrame(list(rows), schema=dict.fromkeys(_COLUMNS, pl.String))


def findings(count, seed=1):
    """So many findings; those of one child may be several."""
    chance = random.Random(seed)
    weights = [1 + 3 * (len(KINDS) - at) for at in range(len(KINDS))]
    children = [f"P-{chance.getrandbits(48):012x}" for _ in range(max(1, 4 * count // 5))]
    kinds = chance.choices(KINDS, weights, k=max(0, count - len(KINDS)))
    return frame(
        *(_finding(chance, kind, chance.choice(children)) for kind in (*KINDS, *kinds)[:count])
    )


def _finding(chance, kind, pseudonym):
    nis, place = chance.choice(_PLACES)
    source, competent = chance.sample(SOURCES, 2)
    begin, end = (None, None) if kind in _WITHOUT_MONTHS else _months(chance)
    return row(
        kind,
        severity=chance.choice(("serious", "warning", "technical", "info")),
        dossier=f"GB-{chance.randrange(10**8):08d}",
        pseudonym=pseudonym,
        **{"from": begin, "to": end},
        expected=chance.choice((competent, "2 months", None)),
        found=chance.choice((source, "another payer", None)),
        source=chance.choice((source, source, None)),
        competent_source=competent,
        entity=chance.choice(_ENTITIES),
        nis=nis,
        municipality=place,
        payer=chance.choice((*_PAYERS, None)),
        rule=chance.choice(("domicile-2019", "orint-2024", None)),
        ticket=f"{chance.getrandbits(32):08x}-0000-4000-8000-{chance.getrandbits(48):012x}",
        theme=chance.choice(_THEMES),
        explanation=chance.choice(_WHY),
    )


def _months(chance):
    begin = min(71, int(chance.triangular(0, 72, 48)))
    end = min(71, begin + int(chance.expovariate(0.3)))
    return tuple(f"{2019 + at // 12}-{at % 12 + 1:02d}" for at in (begin, end))


def summary(found, dossiers=1_600_000):
    """The summary that goes with findings."""
    kinds = dict(found.group_by("kind").len().iter_rows())
    counts = (("AVIQ", "OPGROEIEN", 4210), ("OPGROEIEN", "AVIQ", 2876), ("IRISCARE", "AVIQ", 1934))
    counts += (("IRISCARE", "OPGROEIEN", 6120), ("OPGROEIEN", "IRISCARE", 1402), ("DG", "AVIQ", 61))
    counts += (("AVIQ", "DG", 88), ("AVIQ", "IRISCARE", 903), (None, "OPGROEIEN", 12))
    return {
        "as_of": "2025-02-03",
        "months": {"from": "2019-01", "to": "2024-12"},
        "dossiers": dossiers,
        "rejected": 37,
        "lookups": dossiers - 37,
        "outcomes": {"COMPLETE": dossiers - 1437, "INCOMPLETE": 1200, "REFUSED": 200},
        "findings": {"match": max(0, dossiers - found.height), **kinds},
        "sources": {
            name: {"asked": dossiers // 5 + at, "found": dossiers // 6, "silent": 240 * at}
            for at, name in enumerate(SOURCES)
        },
        "moves": [
            {"from_entity": begin, "to_entity": end, "children": children}
            for begin, end, children in counts
        ],
    }
