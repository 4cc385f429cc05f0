"""What is typed: the booth's command line and what its commands do."""

# Exit codes; those above 1 are of sysexits.h.
DONE, FAULT, TRY_AGAIN, REFUSED, SETTINGS = 0, 1, 75, 77, 78
