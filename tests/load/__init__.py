"""Tests of what is large or many: how much memory, how many statements, connections and transactions it takes."""
