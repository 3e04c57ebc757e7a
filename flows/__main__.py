"""The `nianbao` command, also as `python -m flows`.

Each process that reads documents imports the program's main module again, so this one imports no other until it runs.
"""

import os


def main() -> None:
    """Run the command."""
    # None of pydantic's plugins is used, and to look for them it opens a file of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

    from flows.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
