"""``python -m relayer`` is the command ``relayer``."""

from relayer.cli import main

if __name__ == "__main__":
    main(prog_name="relayer")
