"""The clause registers of the five regulations, and the comparison with the shipped rubrics."""
