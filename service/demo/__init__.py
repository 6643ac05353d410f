"""A desk full of invented complaints, to try everything without any data of one's own."""
