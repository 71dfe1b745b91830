"""Documents for print: A4 or A3, Song and Hei, tables that go over pages, the same bytes for the same content.

A caller builds a `Document` out of headings, paragraphs, facts and tables and takes its bytes. Nothing here knows what
is printed; words of the frame (page x of y, a mark across each page) come from the caller in the reader's language.
"""

from appraisal_site.toolkit.pdf.document import Document, Frame, Paper
from appraisal_site.toolkit.pdf.faces import GREY, Face
from appraisal_site.toolkit.pdf.table import Cell, Column, Part, Row

__all__ = ["GREY", "Cell", "Column", "Document", "Face", "Frame", "Paper", "Part", "Row"]
