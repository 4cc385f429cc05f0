"""Booths: how they do, and what is done with one. A token is shown once, on the page that answers its making."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import segno
from markupsafe import Markup
from starlette.responses import Response

from central.kernel.centre import Centre
from central.kernel.outcome import Done, Outcome, Refused
from central.kernel.proofs import USED_AFTER_BLOCK
from central.office import quarantine
from central.office.booths import admission, enrolment, overview
from central.office.booths.admission import Officer
from central.staff.desk import Desk, Visit
from municipality.enrolment import BOOTH_ID
from municipality.staff import Role

_BOTH = (Role.TECHNICIAN, Role.REGISTRAR)
_PREFIX_OF_NUMBERS = re.compile(r"[A-ZΑ-Ω]{2,4}[0-9]{0,2}")


def _(message: str) -> str:
    return message


def add(desk: Desk) -> None:
    _add_pages(desk)
    _add_invitations(desk)
    _add_acts(desk)
    _add_quarantine(desk)


def _add_pages(desk: Desk) -> None:
    @desk.page("/booths", *_BOTH, link=("device-desktop", _("Booths")))
    def listed(visit: Visit) -> Response:
        found = overview.booths(visit.centre)
        districts: dict[str, list[overview.Booth]] = {}
        for booth in found:
            districts.setdefault(booth.district(visit.language), []).append(booth)
        return visit.draw(
            "booths/booths.html", booths=found, districts=districts, technician=visit.may(Role.TECHNICIAN)
        )

    @desk.page("/booths/{booth}", *_BOTH)
    def one(visit: Visit) -> Response:
        found = overview.booth(visit.centre, visit.path["booth"])
        if found is None:
            return visit.refuse("unknown-booth", 404)
        # Asked only where something lies: every envelope in there is read.
        kept = quarantine.kept(visit.centre, found.booth) if found.quarantined else []
        asked = next(((one.wanted, one.wanted_by) for one in kept if one.wanted), None)
        return visit.draw(
            "booths/booth.html", booth=found, acts=_possible(visit, found), kept=len(kept), asked=asked,
            technician=visit.may(Role.TECHNICIAN), decides=any(visit.may(role) for role in _BOTH),
            used_after_block=USED_AFTER_BLOCK,
        )  # fmt: skip


def _add_invitations(desk: Desk) -> None:
    @desk.page("/invite", Role.TECHNICIAN)
    def ask(visit: Visit) -> Response:
        return visit.draw("booths/invite.html", fault="", plate=enrolment.Plate("", "", "", ""))

    @desk.act("/invite", Role.TECHNICIAN)
    def invite(visit: Visit) -> Response:
        names = ("booth", "name_el", "name_en", "number_prefix")
        plate = enrolment.Plate(*(" ".join(visit.form.get(name, "").split()) for name in names))
        fits = re.fullmatch(BOOTH_ID, plate.booth) and _PREFIX_OF_NUMBERS.fullmatch(plate.number_prefix)
        if not fits or not 0 < len(plate.name_el) <= 80 or not 0 < len(plate.name_en) <= 80:
            return visit.draw("booths/invite.html", 400, fault="bad-input", plate=plate)
        made = enrolment.invite(visit.centre, plate, visit.own_url, _by(visit, Role.TECHNICIAN))
        if isinstance(made, Refused):
            return visit.draw("booths/invite.html", 409, fault=made.reason, plate=plate)
        return _invitation(visit, made)

    @desk.act("/booths/{booth}/invite", Role.TECHNICIAN)
    def again(visit: Visit) -> Response:
        by = _by(visit, Role.TECHNICIAN)
        made = enrolment.invite_again(visit.centre, visit.path["booth"], visit.own_url, by)
        return visit.refuse(made.reason) if isinstance(made, Refused) else _invitation(visit, made)


def _invitation(visit: Visit, made: enrolment.Invited) -> Response:
    # Drawn into the page: an address of its own would be kept by browsers, and it holds the token.
    picture = segno.make(made.invitation.text(), error="m", micro=False)
    drawn = picture.svg_inline(scale=5, border=4, dark="#000000", light="#FFFFFF", omitsize=True)
    return visit.draw("booths/invitation.html", made=made, code=made.invitation.code.text(), picture=Markup(drawn))  # noqa: S704


@dataclass(frozen=True)
class _Act:
    """`done`: which sentence follows; `states`: those of a booth in which it is offered."""

    service: Callable[[Centre, str, Officer], Outcome]
    done: str
    roles: tuple[Role, ...]
    states: tuple[str, ...]


# Either of the two may stop a booth at once; that it is well says only who looks after it.
_ACTS = {
    "suspend": _Act(admission.suspend, "suspended", _BOTH, ("active",)),
    "resume": _Act(admission.resume, "resumed", (Role.TECHNICIAN,), ("suspended",)),
    "stolen": _Act(admission.stolen, "stolen", _BOTH, ("active", "suspended")),
    "revoke": _Act(admission.revoke, "revoked", _BOTH, ("invited", "active", "suspended", "quarantined")),
}


def _possible(visit: Visit, booth: overview.Booth) -> list[str]:
    return [
        name for name, act in _ACTS.items() if booth.state in act.states and any(visit.may(role) for role in act.roles)
    ]


def _add_acts(desk: Desk) -> None:
    for name, act in _ACTS.items():
        _add_act(desk, name, act)

    @desk.act("/booths/{booth}/key", Role.TECHNICIAN)
    def accept(visit: Visit) -> Response:
        # The booth's screen shows it in groups, and whoever copies it copies them, too.
        key = re.sub(r"[\s:-]", "", visit.form.get("key", ""))[:64]
        outcome = admission.accept_key(visit.centre, visit.path["booth"], key, _by(visit, Role.TECHNICIAN))
        return _after(visit, outcome, "resumed")

    @desk.act("/booths/{booth}/seen/{alarm}", Role.TECHNICIAN)
    def seen(visit: Visit) -> Response:
        known = admission.see_alarm(visit.centre, visit.path["alarm"], _by(visit, Role.TECHNICIAN))
        return _after(visit, Done(visit.path["booth"], "") if known else Refused("not-open-any-more"), "seen")


def _add_act(desk: Desk, name: str, act: _Act) -> None:
    @desk.act(f"/booths/{{booth}}/{name}", *act.roles)
    def do(visit: Visit) -> Response:
        return _after(visit, act.service(visit.centre, visit.path["booth"], _by(visit, *act.roles)), act.done)


def _add_quarantine(desk: Desk) -> None:
    @desk.act("/booths/{booth}/quarantine", *_BOTH)
    def decide(visit: Visit) -> Response:
        wanted = visit.form.get("decision", "")
        if wanted not in ("released", "discarded"):
            return visit.refuse("bad-input", 400)
        decision: quarantine.Decision = "released" if wanted == "released" else "discarded"
        outcome = quarantine.decide(visit.centre, visit.path["booth"], decision, _by(visit, *_BOTH))
        match outcome:
            case Refused(reason):
                return visit.refuse(reason)
            case quarantine.Proposed():
                return visit.back(f"/booths/{visit.path['booth']}", "quarantine-proposed")
            case quarantine.Decided():
                return visit.back(f"/booths/{visit.path['booth']}", f"quarantine-{decision}")


def _by(visit: Visit, *roles: Role) -> Officer:
    """The officer in the first of `roles` that they have: the desk has seen that there is one."""
    return Officer(visit.officer.account, next(role for role in roles if visit.may(role)))


def _after(visit: Visit, outcome: Outcome, done: str) -> Response:
    if isinstance(outcome, Refused):
        return visit.refuse(outcome.reason)
    return visit.back(f"/booths/{visit.path['booth']}", done)
