"""What a booth's window must know before its first picture, from its settings and its store."""

from kiosk.counter.presenters import present
from kiosk.counter.showing import Frame, Hearing, Opening, Showing, StageSettings
from kiosk.flows.views import Closed
from kiosk.services import public_matter
from kiosk.services.booth import Booth
from municipality.failures import Code
from municipality.messages import Words


def opening_of(booth: Booth, showing: Showing) -> Opening:
    """Names in the languages of the booth; the town's name is in its signed settings, until then the booth's stands."""
    screen, sound = booth.settings.screen, booth.settings.sound
    stage = stage_settings(booth)
    return Opening(
        stage,
        Frame(screen.width, screen.height, screen.fullscreen),
        Hearing(sound.rate, sound.volume, sound.tones, sound.headphones, sound.player, str(sound.cache)),
        showing,
        {language: present(Closed(Code.BOOTH_STARTING), language) for language in stage.languages},
    )


def stage_settings(booth: Booth) -> StageSettings:
    with booth.store.reading() as connection:
        town = public_matter.settings(booth, connection)
    unit = Words(el=booth.settings.booth.name_el, en=booth.settings.booth.name_en)
    name = town.name if town else unit
    languages = booth.settings.screen.languages
    return StageSettings(
        municipality={language: name.in_language(language) for language in languages},
        unit_name={language: unit.in_language(language) for language in languages},
        languages=languages,
        idle_seconds=booth.settings.screen.idle_seconds,
        warning_seconds=booth.settings.screen.warning_seconds,
        demo=town.demo if town else False,
    )
