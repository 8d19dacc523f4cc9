"""The law: documents, clauses, dated parameters, and what a clause is worth.

Knows no firm and no case. ``law`` and ``loader`` hold the texts as data; ``facts``, ``reward``,
``overlap`` and ``publicity`` calculate; ``receipt`` lets an auditor repeat a figure;
``questions`` and ``simulate`` serve the calculator (政策测算). None of it knows Flask or a
database.
"""
