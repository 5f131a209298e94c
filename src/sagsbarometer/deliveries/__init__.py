"""Files that others deliver: any CSV, workbook or Parquet file as a table of text, and handed back when refused."""
