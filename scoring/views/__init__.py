"""Pages of results: guard, selector, sheet, render."""
