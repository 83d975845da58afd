"""Chinese text as the matcher reads it: normalised, split into sentences, cut into words.

Every step keeps offsets into the text that was submitted. `normalise` holds only what is safe on
any text; repairs that need judgement (variant characters, lost punctuation) get a package of
their own beside it and hand over the same `OffsetText`.
"""
