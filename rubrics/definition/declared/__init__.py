"""What the records of a rubric declare about their fields: name, what it holds, its words, what its codes name.

The editor's form, the columns of the workbook and the list of differences all follow from this one declaration.
"""

from rubrics.definition.declared.fields import Choice, Declared, declared, declared_clause, in_words

__all__ = ["Choice", "Declared", "declared", "declared_clause", "in_words"]
