"""Of a script: where its memory is, and what its loop keeps."""
