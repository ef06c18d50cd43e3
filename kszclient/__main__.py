"""The command line by `python -m kszclient`, where no script is on the path."""

from kszclient.cli.app import main

if __name__ == "__main__":
    main()
