"""Data filters: optional elements that the KSZ takes out of an answer, and says so.

No real filter was ever seen; which elements it could be is our choice, from those that the schema
lets go.
"""

from __future__ import annotations

from lxml import etree

REMOVABLE = {
    "fileNumber": "file",
    "entitledPersonSsin": "file",
    "beneficiaries": "file",
    "children": "file",
    "bonuses": "beneficiary child",
    "paymentPeriods": "beneficiary child",
}
"""Elements that can be left out, and below which parents."""


def filtered(files: str, names: tuple[str, ...]) -> str:
    """Take elements out of the files of one source.

    >>> filtered("<file><fileNumber>1</fileNumber></file>", ("fileNumber",))
    '<file/>'
    """
    if not names:
        return files
    root = etree.fromstring(f"<files>{files}</files>")
    for name in names:
        for element in list(root.iter(name)):
            parent = element.getparent()
            if parent is not None and parent.tag in REMOVABLE[name].split():
                parent.remove(element)
    return "".join(etree.tostring(file, encoding="unicode") for file in root)
