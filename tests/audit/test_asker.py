import pytest

from kszclient.audit import Asker
from kszclient.errors import SettingsError
from kszclient.values import SectorInstitution
from tests.audit.samples import asker


@pytest.mark.parametrize("key", ["user", "legal_context"])
@pytest.mark.parametrize("text", ["", "  "])
def test_without_a_user_or_a_legal_context_there_is_no_asker(key, text):
    with pytest.raises(SettingsError, match=f"{key}: not set"):
        asker(**{key: text})


@pytest.mark.parametrize("key", ["user", "legal_context", "purpose"])
@pytest.mark.parametrize(
    "text",
    ["85023000125", "file of 85.02.30-001.25", "85 02 30 001 25", "x" * 201, "a\nb", "\ud800"],
)
def test_a_text_that_does_not_belong_in_a_trail_is_refused_and_not_repeated(key, text):
    with pytest.raises(SettingsError, match=key) as caught:
        asker(**{key: text})
    assert text not in str(caught.value)


def test_references_and_account_names_are_taken():
    assert asker(user="BE\\clerk.7", purpose="dossier 2024/000118-03").purpose


def test_an_organisation_is_named_as_the_ksz_knows_it():
    social = Asker(user="u", organisation=SectorInstitution(17, 1), legal_context="X")
    assert social.organisation_text == "sector 17 institution 1"
