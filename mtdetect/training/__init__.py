"""Training and evaluation: the only part of the package that knows scikit-learn and the corpora."""
