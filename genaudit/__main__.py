"""``genaudit`` and ``python -m genaudit``."""

from genaudit.cli.main import main

if __name__ == "__main__":
    main()

__all__ = ["main"]
