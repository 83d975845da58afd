"""Lists as files: xlsx, docx, pdf, csv, jsonl."""
