"""The town hall behind the counter: roll, cards, booths, accounts, and what an officer decides. Names no matter."""
