"""What is typed: the booth's command line and what its commands do."""
