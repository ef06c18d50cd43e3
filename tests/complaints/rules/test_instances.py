"""Every address, number, hour and name of the source pages can be found in the cards."""

import pytest

from kszclient.complaints.decide.evaluate import basis
from kszclient.complaints.rules.instances import InstanceKind, card_of, cards
from kszclient.complaints.rules.payers import find_payers, payers
from kszclient.complaints.rules.table import table
from kszclient.complaints.vocabulary import Instance, Outcome
from kszclient.geography import Area


def told(code, area=Area.VL):
    card = card_of(code, area)
    parts = [card.cost, card.response, *card.handles, *card.refuses, *card.content]
    for channel in card.channels:
        parts += [channel.value, channel.hours, channel.note]
    return " | ".join(parts)


@pytest.mark.parametrize(
    ("instance", "facts"),
    [
        ("PAYER", ["client advisor", "ik heb een klacht", "as soon as possible"]),
        (
            "KBD",
            [
                "02 897 10 60",
                "info@groeipakket.be",
                "Trierstraat 9, 1000 Brussel",
                "Koning Albert II-laan 15 bus 288, 1210 Brussel",
                "8.30-12.00 and 13.00-16.30",
                "unclear information",
                "refusal to pay",
                "at the desk",
                "waiting times, lost papers",
                "privacy",
                "anonymous",
                "without interest",
                "one year",
            ],
        ),
        (
            "VLAAMSE_OMBUDSDIENST",
            [
                "1700",
                "working days 9.00-19.00",
                "klachten@vlaamseombudsdienst.be",
                "info@vlaamseombudsdienst.be",
                "Leuvenseweg 86, 1000 Brussel",
                "by appointment",
            ],
        ),
        (
            "GESCHILLENCOMMISSIE",
            [
                "geschillencommissie@kindengezin.be",
                "Hallepoortlaan 27, 1060 Brussel",
                "can be delivered there",
                "vexatious or reckless",
            ],
        ),
        ("LABOUR_COURT", ["dated and signed", "registered letter", "art. 728", "art. 1017"]),
        ("FAMILY_COURT", ["judicial district of one's domicile"]),
        (
            "KG_COMPLAINTS",
            [
                "02 533 14 14",
                "Monday 13.30-16.00, other working days 9.00-16.00",
                "klachtendienst@kindengezin.be",
                "Hallepoortlaan 27, 1060 Brussel",
                "Monday 9.00-12.00",
                "9.00-15.30",
                "birth date of the child",
                "office hours",
                "Kind en Gezin-Lijn",
            ],
        ),
        ("KG_LINE", ["childcare", "preventive family care", "adoption", "legal"]),
        (
            "PODMI",
            [
                "online complaint form",
                "within 2 days",
                "within 14 days",
                "anonymous",
                "without clear reasons",
                "older than one year",
                "outside its competence",
                "administrative appeal",
                "legal procedure",
                "federal ombudsmen",
                "policy of the minister",
                "existing rules",
            ],
        ),
        (
            "FEDERAL_OMBUDSMAN",
            [
                "0800 99 961",
                "contact@federaalombudsman.be",
                "Leuvenseweg 48 bus 6, 1000 Brussel",
                "www.federaalombudsman.be",
            ],
        ),
    ],
)
def test_the_facts_of_the_source_pages_are_there(instance, facts):
    text = told(Instance(instance))
    assert [fact for fact in facts if fact not in text] == []


@pytest.mark.parametrize("area", list(Area))
@pytest.mark.parametrize("instance", list(Instance))
def test_every_instance_has_one_card_in_every_area(instance, area):
    card = card_of(instance, area)
    assert card.handles
    assert all((card.names.nl, card.names.fr, card.names.de, card.names.en))


def test_what_replaces_something_older_is_to_be_checked_or_explained():
    for card in cards():
        for channel in card.channels:
            if channel.newer:
                assert channel.verify or channel.note


def test_the_three_ways_to_appeal():
    formal = {card.code for card in cards() if card.kind is InstanceKind.FORMAL}
    assert formal == {"GESCHILLENCOMMISSIE", "LABOUR_COURT", "FAMILY_COURT"}


def test_a_name_with_its_region_or_a_number_means_one_payer():
    for payer in payers():
        assert find_payers(payer.names[0])[0] == payer
        if payer.enterprise_number:
            assert find_payers(payer.enterprise_number) == (payer,)


def test_a_fund_code_is_taken_as_it_is():
    assert find_payers("123") == ()


@pytest.mark.parametrize(
    ("instance", "area", "day"),
    [
        ("FEDERAL_OMBUDSMAN", "VL", "22 March 1995"),
        ("OMBUDS_BRUSSEL", "BR", "16 May 2019"),
        ("OMBUDSPERSON_DG", "DG", "26 May 2009"),
    ],
)
def test_the_law_of_an_ombudsman_is_named_by_its_card_and_by_the_rule_that_opens_it(
    instance, area, day
):
    opening = [
        line.rule
        for line in table().lines
        if line.rule.speaks_of(instance, frozenset({area, "FED"}))
        and line.rule.outcome == Outcome.ADMISSIBLE
    ]
    assert day in basis(card_of(Instance(instance), Area(area)).sources)
    assert opening
    assert all(day in basis(rule.sources) for rule in opening)
