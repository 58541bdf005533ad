"""The static audit: reads source text, imports nothing of it."""

from genaudit.lint.eager_init import eager_init
from genaudit.lint.eager_load import eager_load
from genaudit.lint.whole_file_read import whole_file_read

RULES = (eager_load, eager_init, whole_file_read)
"""Every static rule, in the order of their codes."""
