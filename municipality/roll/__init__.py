"""The roll of the municipality: records, the rows of a file of the register, their faults, what a file weighs."""
