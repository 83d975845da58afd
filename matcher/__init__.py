"""The domain: needs, achievements and what makes a good, explained match between them."""
