"""What comes next in a visit. Takes what happened, answers with a view and the work to be run.

Never: Qt, SQL, running the work itself, keeping anything of a resident after the card is out.
"""
