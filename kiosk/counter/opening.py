"""What a booth's window must know before its first picture, from its settings and its store."""

from kiosk.counter.presenting.contact import contact_lines
from kiosk.counter.presenting.presenters import present
from kiosk.counter.showing import Frame, Hearing, Opening, Showing, StageSettings
from kiosk.desk.views import Closed
from kiosk.kernel import public_matter
from kiosk.kernel.booth import Booth
from kiosk.settings import BoothSettings
from municipality.failures import BoothCode
from municipality.messages import Settings, Words


def opening_of(booth: Booth, showing: Showing) -> Opening:
    """Names in the languages of the booth; the town's name is in its signed settings, until then the booth's stands."""
    return _opening(booth.settings, stage_settings(booth), showing)


def opening_without_store(settings: BoothSettings, showing: Showing) -> Opening:
    """As before anything came from the town hall."""
    return _opening(settings, _stage(settings, None), showing)


def _opening(settings: BoothSettings, stage: StageSettings, showing: Showing) -> Opening:
    screen, sound = settings.screen, settings.sound
    return Opening(
        stage,
        Frame(screen.width, screen.height, screen.fullscreen),
        Hearing(sound.rate, sound.volume, sound.tones, sound.headphones, sound.player, str(sound.cache)),
        showing,
        {language: present(Closed(BoothCode.BOOTH_STARTING), language) for language in stage.languages},
    )


def stage_settings(booth: Booth) -> StageSettings:
    with booth.store.reading() as connection:
        return _stage(booth.settings, public_matter.settings(booth, connection))


def _stage(settings: BoothSettings, town: Settings | None) -> StageSettings:
    unit = Words(el=settings.booth.name_el, en=settings.booth.name_en)
    name = town.name if town else unit
    languages = settings.screen.languages
    return StageSettings(
        municipality={language: name.in_language(language) for language in languages},
        unit_name={language: unit.in_language(language) for language in languages},
        languages=languages,
        idle_seconds=settings.screen.idle_seconds,
        warning_seconds=settings.screen.warning_seconds,
        demo=town.demo if town else False,
        wedge=settings.scanner.kind == "wedge",
        contact={language: contact_lines(town.contact if town else None, language) for language in languages},
        crest=public_matter.crest(town),
    )
