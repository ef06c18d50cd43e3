"""The persons repertory and the regional registers."""

from kszclient.testing.population.truth import FileKind
from kszclient.testing.server.registers import index_of
from kszclient.values import AuthenticSource, Month

FLANDERS = AuthenticSource.FLANDERS


def test_the_repertory_tells_who_is_known_where_for_what_and_when(world):
    number = world.personas["flanders-to-brussels-same-school"].child.ssin.digits
    lines = {(line.source, line.kind, line.first) for line in world.repertory.lines(number)}
    assert lines == {
        (AuthenticSource.FEDERAL, FileKind.BENEFIT, index_of(Month(2015, 1))),
        (FLANDERS, FileKind.BENEFIT, index_of(Month(2019, 1))),
        (FLANDERS, FileKind.PARTICIPATION, index_of(Month(2021, 9))),
        (AuthenticSource.BRUSSELS, FileKind.BENEFIT, index_of(Month(2021, 9))),
    }


def test_a_register_tells_which_fund_runs_the_file(world):
    number = world.personas["changed-payer"].child.ssin.digits
    register = world.registers[FLANDERS]

    def funds(begin, end):
        found = register.found(number, *(index_of(Month.parse(each)) for each in (begin, end)))
        return [prepared.file.payer for prepared in found]

    assert funds("2023-06", "2023-06") == ["fons"]
    assert funds("2023-06", "2023-07") == ["fons", "parentia-vlaanderen"]
    assert funds("2015-01", "2018-12") == []


def test_what_a_register_lacks_in_the_repertory_is_not_listed(world):
    number = world.personas["not-integrated-at-supplier"].child.ssin.digits
    listed = {line.source for line in world.repertory.lines(number)}
    assert listed == {AuthenticSource.FEDERAL}
    assert world.registers[AuthenticSource.WALLONIA].found(number, 0, index_of(None))
