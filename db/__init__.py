"""All SQL, and nothing but storage."""
