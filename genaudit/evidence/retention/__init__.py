"""Who holds the memory: walks of references as paths, what grew between two of them, and the line of a path; pure."""
