"""A synthetic cohort with known truth, for demonstrations, training and tests: every person in it is invented."""
