"""The reader over a folder: an index, a page for each brief, and a server for those who want one."""
