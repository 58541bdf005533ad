"""Images out of archives of webdataset."""
