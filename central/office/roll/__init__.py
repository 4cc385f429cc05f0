"""The roll of residents: a file of the register looked at, weighed and taken in; dossiers made of it."""
