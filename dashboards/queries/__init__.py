"""What each page shows, fetched with a constant number of queries and returned as plain data."""
