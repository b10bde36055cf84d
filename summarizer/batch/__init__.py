"""A folder of articles, overnight: found, read, briefed and written, with nothing lost and the bill known."""
