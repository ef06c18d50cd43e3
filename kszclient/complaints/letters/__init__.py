"""Letters: the complaint or petition, ready to complete, sign and send.

What an instance wants to read stands in it; what is not known is a visible blank. The templates are
data: `config/complaints/letters`.
"""

from kszclient.complaints.letters.compose import Letter, compose
from kszclient.complaints.letters.details import LetterDetails, read_details
from kszclient.complaints.letters.files import letter_bytes, save_letter
from kszclient.complaints.letters.forms import LANGUAGES, forms

__all__ = [
    "LANGUAGES",
    "Letter",
    "LetterDetails",
    "compose",
    "forms",
    "letter_bytes",
    "read_details",
    "save_letter",
]
