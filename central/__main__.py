"""`python -m central`: the same as `kiosk-central`. Must never do anything of its own."""

import sys

from central.cli import main

sys.exit(main())
