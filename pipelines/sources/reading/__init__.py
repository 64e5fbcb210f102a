"""Files as tables: any csv, xlsx or Parquet file as rows of text, and text as the contract's types."""
