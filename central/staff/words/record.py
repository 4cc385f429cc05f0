"""The record of acts in words: what was done, by whom, about what. The record itself keeps short English names, which
do not change with a language.

Here is what the office does; what a matter writes it names itself (`Words.said["act"]`). Never a code without a word:
tests/central/test_staff_words.py compares all of them with what the services write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from municipality.register import RULES


def _(message: str) -> str:
    return message


ACT: Mapping[str, str] = {
    "alarm.see": _("Warning seen"),
    "quarantine.propose_released": _("Release from quarantine proposed"),
    "quarantine.propose_discarded": _("Discarding of the quarantine proposed"),
    "quarantine.disagree": _("Quarantine: the two did not agree"),
    "quarantine.released": _("Released from quarantine"),
    "quarantine.discarded": _("Quarantine discarded"),
    "staff.in": _("Signed in"),
    "staff.out": _("Signed out"),
    "staff.locked": _("Account locked after wrong passwords"),
    "staff.add": _("Account made"),
    "staff.roles": _("Roles changed"),
    "staff.password": _("Password changed"),
    "staff.disable": _("Account disabled"),
    "staff.enable": _("Account enabled"),
    "booth.invite": _("Booth invited"),
    "booth.suspend": _("Booth suspended"),
    "booth.resume": _("Booth taken back into service"),
    "booth.revoke": _("Booth withdrawn"),
    "booth.stolen": _("Booth reported stolen"),
    "booth.invite_again": _("Booth invited again"),
    "booth.accept_key": _("Booth's key accepted"),
    "booth.enrol": _("Booth enrolled"),
    "card.block": _("Card blocked"),
    "card.bad_key": _("Blank card refused: a bad key"),
    "card.wipe": _("Card erased in the office's reader"),
    "card.wipe_blank": _("Blank card erased before it was made"),
    "letter.remark": _("Note written"),
    "letter.retry": _("Letter judged again"),
    "letter.take": _("Act with a blocked card taken in"),
    "town.contact": _("Telephone, address and hours of the municipality set"),
    "town.crest": _("Crest of the municipality set"),
    "roll.preview": _("Roll import previewed"),
    "roll.confirm": _("Count of a roll import confirmed"),
    "roll.apply": _("Roll import applied"),
    "roll.discard": _("Roll import set aside"),
    "roll.merged": _("Merging of two entries proposed"),
    "roll.unmerged": _("Undoing of a merge proposed"),
    "card.order": _("Card ordered"),
    "card.begin": _("Making of a card begun"),
    "card.personalise": _("Card made"),
    "card.new_letter": _("New PIN letter"),
    "card.hand_over": _("Card handed over"),
    "card.active": _("Card used for the first time"),
    "card.unblock": _("Card's block undone"),
    "card.replaced": _("Card replaced"),
    "card.expire": _("Card ended"),
    "technician.list": _("Technician put on the list"),
    "technician.unlist": _("Technician taken off the list"),
    "person.export": _("A person's data handed out"),
    "retention.purge": _("What was kept long enough is gone"),
    "clock.confirm": _("Centre's clock confirmed"),
    "centre.restored": _("Database put back from a copy"),
}
# Who did it, where it was no officer: the record writes a prefix, or a program's name.
_DOERS = {
    "booth:": _("Booth {name}"),
    "card:": _("Technician's card {name}"),
    "os:": _("On the server, {name}"),
}
_PROGRAMS = {"kiosk-central": _("On the server"), "purge": _("The nightly cleaning")}


def who(doer: str, gettext: Callable[[str], str]) -> str:
    """An officer's account as it is; of anybody else, what they are."""
    for prefix, words in _DOERS.items():
        if doer.startswith(prefix):
            return gettext(words).format(name=doer.removeprefix(prefix))
    return gettext(_PROGRAMS[doer]) if doer in _PROGRAMS else doer


def about(what: str, thing: str, language: str) -> str:
    """The id of what it was done to; of what was let go, its kind in words and how many."""
    if what != "retention.purge":
        return thing
    kind, _space, count = thing.partition(" ")
    named = {rule.thing.value: rule.what.in_language(language) for rule in RULES}
    return f"{named.get(kind, kind)}: {count}"
