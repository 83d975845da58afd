"""Word lists of the duplicates room: words that distinguish nothing, synonyms, opposites."""
