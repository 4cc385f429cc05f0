"""Who works here: accounts, sign-in, what two persons decide."""
