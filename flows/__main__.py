"""The `nianbao` command, also as `python -m flows`.

Owns nothing. Each process that reads documents imports the program's main module again: this one imports no other
before it runs.
"""


def main() -> None:
    """Runs the command."""
    from flows.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
