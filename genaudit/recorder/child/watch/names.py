"""The files that a job leaves while it is watched, by name: read also where no job can run."""

MARKS = "watch.jsonl"
PAGE = "watch.now"
OWN_MEMORY = "/proc/self/statm"
"""What a job reads its memory from; Linux has it."""
BEFORE = "watch.before.jsonl"
"""What the job before this one left in the same folder."""
