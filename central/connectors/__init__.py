"""The centre's own calls to other people's servers: the municipality's sign-in. Never the line to the booths."""
