"""The same for `python -m certlib.cli`."""

import sys

from certlib.cli import main

sys.exit(main())
