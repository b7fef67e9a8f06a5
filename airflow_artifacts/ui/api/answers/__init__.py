"""The shapes of what the API answers; the page's TypeScript types are generated from them."""
