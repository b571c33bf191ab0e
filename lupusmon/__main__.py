"""`python -m lupusmon`."""

import sys

from lupusmon.cli import main

if __name__ == "__main__":
    sys.exit(main())
