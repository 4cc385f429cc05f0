"""`python -m kiosk.ui.gallery.recordings LANGUAGE` lists the sentences that may be recorded, each with the name of its
recording. Never: a personal sentence.
"""

import sys

from assets.texts import languages
from kiosk.counter.presenting.presenters import present
from kiosk.devices.speech import recording_id
from kiosk.ui.gallery.samples import samples
from kiosk.ui.speech.speaking import how_to, script


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in languages():
        print(f"usage: python -m kiosk.ui.gallery.recordings {' | '.join(languages())}", file=sys.stderr)
        return 2
    (language,) = arguments
    told = [how_to(language), *(script(present(view, language), language).parts for view in samples().values())]
    rows = {part.text for parts in told for part in parts if not part.personal and part.language in ("", language)}
    for text in sorted(rows):
        print(f"{recording_id(text)}\t{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
