"""From a result to what people read: tables, sentences, rulers. Pure; page, workbook and letter all show these."""
