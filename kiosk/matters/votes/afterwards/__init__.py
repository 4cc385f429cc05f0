"""What a voter hears after voting: where a ballot stands, by its tracker; whether a vote of theirs was recorded."""
