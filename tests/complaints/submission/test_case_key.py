import json
from pathlib import Path

import pytest

from kszclient.complaints import read_complaint
from kszclient.complaints.submission.cases import canonical_case, case_key
from kszclient.complaints.vocabulary import Instance
from tests.complaints.conftest import case

EXAMPLES = sorted(Path("mocks/complaints").glob("*.json"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_written_reads_as_the_same_case(example):
    written = canonical_case(read_complaint(example.read_bytes()))
    assert canonical_case(read_complaint(written)) == written


def test_nothing_tried_is_not_the_same_as_not_told():
    tried = canonical_case(case(steps_done=[]))
    assert json.loads(tried)["steps_done"] == []
    assert tried != canonical_case(case(steps_done=None))
    assert "missing" not in json.loads(tried)


def test_every_field_survives():
    told = {
        "register_months": [{"from": "2024-01", "to": "2024-03", "source": "WALLONIA"}],
        "register_payers": [
            {"from": "2024-01", "to": "2024-03", "source": "WALLONIA", "payer": "Camille"}
        ],
        "period": {"from": "2024-01", "to": None},
        "missing": ["grounds", "contact"],
        "nis": None,
        "domicile": [
            {"from": "2024-05-11", "postcode": "9000", "known_on": "2024-06-01"},
            {"from": "2020-01-01", "to": "2024-05-10", "country": "FR"},
        ],
    }
    written = json.loads(canonical_case(case(**told)))
    assert written["missing"] == ["contact", "grounds"]
    assert [spell["from"] for spell in written["domicile"]] == ["2020-01-01", "2024-05-11"]
    assert written["domicile"][1]["known_on"] == "2024-06-01"
    assert written["register_months"] == told["register_months"]
    assert written["register_payers"] == told["register_payers"]
    assert read_complaint(json.dumps(written)).months == case(**told).months


def test_another_day_of_filing_is_no_other_case():
    first = case_key(b"secret", case(filing_date="2025-03-03"), Instance.KBD)
    assert case_key(b"secret", case(filing_date="2025-03-04"), Instance.KBD) == first
    assert case_key(b"secret", case(decision_date="2025-02-02"), Instance.KBD) != first
