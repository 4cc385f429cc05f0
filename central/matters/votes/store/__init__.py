"""The tables of votes and ballots. Who sent which ciphertext stays apart from all else."""
