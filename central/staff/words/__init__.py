"""What the console calls every code. Never a code without a word: one that nobody has named is shown as it is."""

from central.staff.words.vocabulary import Chip as Chip
from central.staff.words.vocabulary import Spoken as Spoken
from central.staff.words.vocabulary import Words as Words
from central.staff.words.vocabulary import vocabulary as vocabulary
