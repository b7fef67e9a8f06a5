"""The cache: which parts go into a key, what an earlier result under it means, and why."""
