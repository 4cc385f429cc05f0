"""A vote before it is one: `typed` reads what an officer wrote, `book` keeps it, `making` leads it to its officials."""
