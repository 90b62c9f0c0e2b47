"""Sheets: the lists that libraries keep in CSV, Excel and LibreOffice; rows of one title become one record."""
