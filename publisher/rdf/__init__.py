"""RDF, the ground floor: the description (a tree of resources) and its writers."""
