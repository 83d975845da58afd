"""Chinese text as the matcher reads it: repaired, split into sentences, cut into words.

Every step keeps offsets into the text that was submitted. `repair` mends what was garbled on the
way and hands on an `OffsetText`; nobody after it needs to know that anything was wrong.
"""
