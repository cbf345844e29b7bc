"""Official documents (公文): one description, rendered as PDF and Word; numbered, worded, kept. See docs/papers.md."""
