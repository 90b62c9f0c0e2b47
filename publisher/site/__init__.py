"""The site: pages for people, RDF for programs, at the same addresses. Everything is read from the active release."""
