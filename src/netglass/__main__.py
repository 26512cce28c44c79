"""``python -m netglass``: the same as the command ``netglass``."""

import sys

from netglass.cli import main

sys.exit(main())
