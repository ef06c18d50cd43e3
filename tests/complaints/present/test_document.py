from pathlib import Path

from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.present.document import document
from kszclient.complaints.rules.table import table


def test_the_page_is_current():
    assert Path("docs/complaints.md").read_text(encoding="utf-8") == document(), (
        "run: python -m kszclient.complaints.present.document docs/complaints.md"
    )


def test_the_page_has_every_rule_and_key():
    page = document()
    for line in table().lines:
        assert f"| {line.rule.id} |" in page
    for name in Complaint.__struct_fields__:
        assert f"| `{name}` |" in page
