"""Identity: which IRI a thing has, and which records speak of the same thing."""
