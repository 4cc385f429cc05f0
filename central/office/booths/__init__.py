"""The booths: taken into service, renewed, suspended, reported stolen, how they do."""
