"""The tables of votes. Who sent which ciphertext is one of its own."""

from __future__ import annotations

import sqlalchemy as sa

from central.store.tables import Instant, at, table, text

elections = table(
    "votes_elections",
    ["election"],
    text("state"),  # draft | open | closed | tallied | published | not_opened
    text("notice"),  # JSON of municipality.messages.Election
    text("roll"),  # JSON list of card numbers
    text("result", null=True),  # JSON
    text("head", null=True),  # hash of the board's last event, published outside it
    at("opens"),
    at("closes"),
    sa.Column("published_at", Instant, nullable=True),
)

ballots = table(
    "votes_ballots",
    ["election", "tracker"],
    text("credential"),
    text("ballot"),
    at("cast_at"),
    text("state"),  # current | superseded | on_board | pending | refused | audited | audited_before
    sa.Index("votes_ballots_by_credential", "municipality_id", "election", "credential"),
    sa.Index("votes_ballots_by_state", "municipality_id", "election", "state", "tracker"),
)

# Ballots that were not taken and could be read: no card, no time, no envelope.
refused = table(
    "votes_refused",
    ["election", "tracker"],
    text("reason"),  # as far as it is true of the ballot: municipality.matters.votes.receipts.Receipt
)

# Who sent which ciphertext: kept apart, because it is destroyed after the time for appeals.
ballot_links = table(
    "votes_links",
    ["election", "tracker"],
    text("card"),
    text("booth"),
    text("envelope"),
)

# Which ballots each booth says that it took, and when that was known here. Ties ballots to a booth: for officials, and
# goes with the links.
statements = table("votes_statements", ["election", "booth"], text("stated"), at("heard_at"))

# What officials have signed of a vote besides its set-up: its declaration, its end. And, unsigned, its turnout by unit.
records = table("votes_records", ["election", "kind"], text("signed"))

# What an officer draws up. All but `state`, `plan` and `election` is emptied when it has become a vote: who has a slip
# then stands in the feed alone, and goes from there.
drafts = table(
    "votes_drafts",
    ["draft"],
    text("state"),  # draft | approved | signing | announced | discarded
    text("plan"),  # JSON of central.matters.votes.drafts.typed.Typed
    text("made_by"),
    at("changed_at"),
    *(
        sa.Column(name, sa.Text, nullable=False, server_default="")
        for name in ("election", "request", "left_out", "answer", "record", "signatures")
    ),
)

# Binding referendums, which are held on paper: what is told of them.
referendums = table(
    "votes_referendums",
    ["referendum"],
    text("state"),  # draft | published | recalled | over | discarded
    text("typed"),  # JSON of what the officer typed, by field
    text("message"),  # JSON of municipality.matters.votes.referendum.Referendum; "" before it is published
    text("made_by"),
    at("changed_at"),
)
