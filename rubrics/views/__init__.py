"""Pages of rubrics and of cycles as a whole."""
