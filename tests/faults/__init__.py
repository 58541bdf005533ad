"""The matrix of faults: small things that go wrong, each with what must hold all the same.

A module here is a kind of fault. It holds functions with the decorator ``@faults``: each takes a place to run in and
one case, and fails by assertion. ``test_faults.py`` runs them all, ``benchmarks/faults.py`` prints them as a table.
"""
