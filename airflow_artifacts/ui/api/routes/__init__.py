"""The routes, by the noun they answer about."""
