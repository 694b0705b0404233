"""The three formats: text to plain data, data to text, and where in a text each part stands."""
