"""Both directions between pieces of a document and the model, kind by kind."""
