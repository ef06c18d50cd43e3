"""Every command, option and target of make that a document names exists."""

import re
import shlex

import pytest
import typer

from kszclient.cli.app import app
from tests.documents.pages import ROOT, code_in, name_of, pages

COMMANDS = typer.main.get_command(app)
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
CALL = re.compile(r"(?:^|[\s(`/])kszclient (?!import )(?=[a-z-])(.+)")


def calls(page):
    """List the calls of kszclient that a page shows, as words."""
    for line in code_in(page):
        for call in CALL.findall(line):
            yield shlex.split(re.split(r" [|<>]|&&|\|\|", call)[0], comments=True)


def options_of(command):
    return {option for each in command.params for option in (*each.opts, *each.secondary_opts)}


def leaves(group):
    for command in group.commands.values():
        yield from leaves(command) if hasattr(command, "commands") else [command]


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_command_shown_exists_with_its_options(page):
    for words in calls(page):
        command = COMMANDS
        rest = list(words)
        while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
            assert rest[0] in command.commands, words
            command = command.commands[rest.pop(0)]
        given = {word.partition("=")[0] for word in rest if re.match(r"--[a-z]", word)}
        assert given - options_of(command) - {"--help"} == set(), words


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_target_of_make_exists(page):
    for line in code_in(page):
        if target := re.match(r"make ([a-z-]+)", line):
            assert target[1] in TARGETS, line


def test_the_documents_show_every_command():
    shown = {words[0] for page in pages() for words in calls(page)}
    assert set(COMMANDS.commands) <= shown
