"""The report of a reconciliation: one page that says what is wrong and what to do next.

Needs the extra ``batch``, for polars. Words, order, layout and style are data:
`config/reconciliation/report`.
"""

from kszclient.reconciliation.report.language import Language
from kszclient.reconciliation.report.page import render

__all__ = ["Language", "render"]
