"""`python -m kiosk` is the command `kiosk`."""

import sys

from kiosk.commands.cli import main

sys.exit(main())
