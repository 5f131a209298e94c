"""A document as a page, PDF, Word, a workbook and data; writers without logic."""
