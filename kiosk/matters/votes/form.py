"""An election's own form: the texts that Belenios reads, and the one size of all its sealed ballots."""

from ballot_box import ElectionSetup
from municipality.matters.votes.messages import Election

# Bounds of a ballot's text in BELENIOS-2048: a ciphertext and its proof for each answer (and for blank), the sums'
# proofs of each question, the rest. Every ballot of an election is padded to their sum, whatever was marked.
_ANSWER_BYTES, _QUESTION_BYTES, _REST_BYTES = 2048, 4096, 6144
_LARGEST_BODY = 760 * 1024


def setup_of(election: Election) -> ElectionSetup:
    """Belenios' own texts, without the list of credentials, which the notice only names."""
    record = election.belenios
    return ElectionSetup(record.election, record.trustees, (), tool=election.tool)


def sealed_size(election: Election) -> int:
    """The one size in bytes of this election's sealed ballots; a public fact of its questions alone."""
    answers = sum(len(question.answers) + 1 for question in election.questions)
    return _REST_BYTES + _QUESTION_BYTES * len(election.questions) + _ANSWER_BYTES * answers


def can_be_cast(election: Election) -> bool:
    """Whether a ballot of this election can be made, and fits an envelope (docs/wire.md: 1 MiB, in base64)."""
    try:
        setup_of(election)
    except ValueError:
        return False
    return sealed_size(election) <= _LARGEST_BODY
