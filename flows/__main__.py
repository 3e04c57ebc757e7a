"""`python -m flows` is the `nianbao` command."""

from flows.cli import main

main()
