"""One engine for every table of moves: who may take a document from where to where, and how a step is taken."""
