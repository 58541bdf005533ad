"""What is concluded of a job that was watched, and the words for it."""
