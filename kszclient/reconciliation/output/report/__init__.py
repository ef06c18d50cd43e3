"""The report of a reconciliation: one page that says what is wrong and what to do next.

Needs the extra ``batch``, for polars. Words, order, layout and style are data:
`config/reconciliation/report`.
"""

from kszclient.reconciliation.output.report.page import render
from kszclient.reconciliation.output.report.words import LANGUAGES
from kszclient.values import Language

__all__ = ["LANGUAGES", "Language", "render"]
