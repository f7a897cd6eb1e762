"""``python -m mailkit``."""

import sys

from mailkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
