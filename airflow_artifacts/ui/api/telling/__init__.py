"""From what the client says to what the API answers: each part only as far as its user may see it."""
