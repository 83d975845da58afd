"""Commands that make the shipped weights again; nothing here is needed to use them."""
