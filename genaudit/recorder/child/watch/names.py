"""The files that a job leaves while it is watched, by name: read also where no job can run."""

MARKS = "watch.jsonl"
PAGE = "watch.now"
BEFORE = "watch.before.jsonl"
"""What the job before this one left in the same folder."""
