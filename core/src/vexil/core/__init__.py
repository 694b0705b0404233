"""Vexil's pure core: the model, snapshots and views, the evaluator, validation, errors."""
