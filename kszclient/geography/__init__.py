"""Places in Belgium: from a municipality code or a postcode to its language area.

The tables stand in ``config/geography``. Source: Statbel, CC BY 4.0, modified.
"""

from kszclient.geography.area import Area
from kszclient.geography.countries import countries
from kszclient.geography.gazetteer import Gazetteer, gazetteer
from kszclient.geography.municipality import Municipality
from kszclient.geography.notices import Notice

__all__ = ["Area", "Gazetteer", "Municipality", "Notice", "countries", "gazetteer"]
