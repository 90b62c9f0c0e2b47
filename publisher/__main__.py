"""`python -m publisher` is the command `rong`."""

from publisher.cli import main

main()
