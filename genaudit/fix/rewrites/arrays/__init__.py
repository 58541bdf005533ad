"""Rewrites of arrays: mapped, converted, ordered and copied by parts, grown at once."""
