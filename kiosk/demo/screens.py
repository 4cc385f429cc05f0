"""Pictures of every screen, the technician's pages among them: what `scripts/screens` runs; see kiosk.ui.gallery."""

import sys

from kiosk.demo.samples import samples
from kiosk.ui.gallery.screens import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], samples()))
