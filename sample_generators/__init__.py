"""Generators to try genaudit on: one module for each way that memory behaves, and a folder for each system.

``RUN`` is the command that audits it; what it needs is made for it, from no file and no network. ``EXPECT`` says what
must be found: it maps the name of a rule to its verdict, with the size that holds for what ``RUN`` makes and batches
of 32, and the lines to blame carry ``# finds: NAME``. An empty ``EXPECT`` says that the generator is clean. ``LINT``
has the names of what is seen in the source text, where those are others, or none. ``tests/test_samples_run.py`` holds
genaudit to it, and ``genaudit demo NAME`` runs it.
"""
