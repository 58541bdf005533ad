"""Generators to try genaudit on, one module for each way that memory behaves.

Every module says what must be found in it: ``EXPECT`` maps the name of a rule to its verdict, with the size that holds
for images of 256x256 pixels and batches of 32, and the lines to blame carry ``# finds: NAME``. An empty ``EXPECT`` says
that the generator is clean. ``tests/test_samples_run.py`` holds genaudit to it.
"""
