"""Files into records: readers, headings, values, and a report of what became of each row."""
