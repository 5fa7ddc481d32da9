"""`python -m gridmap`: the same command as `gridmap`."""

import sys

from gridmap.cli import main

if __name__ == "__main__":
    sys.exit(main())
