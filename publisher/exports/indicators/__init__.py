"""The indicators of plans and reports: declared, measured with a query that anyone can ask again, drawn, published."""
