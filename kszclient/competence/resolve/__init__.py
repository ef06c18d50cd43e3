"""From a domicile history to segments of competence."""
