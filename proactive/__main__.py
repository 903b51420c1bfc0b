"""`python -m proactive`: the command `aurora` where its entry point is not on the path."""

from proactive.cli.tool import main

if __name__ == "__main__":
    main()
