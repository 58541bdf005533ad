"""The version of genaudit."""

__version__ = "0.1.0"
