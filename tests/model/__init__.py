"""Tests of the data types of an audit."""
