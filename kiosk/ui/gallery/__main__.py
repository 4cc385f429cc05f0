"""Pictures of the residents' screens: `python -m kiosk.ui.gallery OUT`, whose words are told in screens.py."""

import sys

from kiosk.ui.gallery.samples import samples
from kiosk.ui.gallery.screens import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], samples()))
