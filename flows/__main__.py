"""The `nianbao` command, also as `python -m flows`.

Each process that reads documents imports the program's main module again, so this one imports no other until it runs.
"""


def main() -> None:
    """Run the command."""
    from flows.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
