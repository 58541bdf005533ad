"""Tests of genaudit; they mirror the package."""
