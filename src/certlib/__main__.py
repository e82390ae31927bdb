"""The same for `python -m certlib`."""

import sys

from certlib.cli import main

sys.exit(main())
