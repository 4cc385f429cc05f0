"""A round by hand, where there is no line: letters on a USB stick. The centre's own half is at the centre.

Must never be believed for how it came: what counts is who signed it, and for which request.
"""

from sync.stick.booth import Answered, take_answer, write_letter
from sync.stick.file import SENTENCES, Cover, Record, StickRefused, name_of, read_cover, read_records, write
from sync.stick.records import LETTER_LASTS, PAGE, answer_record, encode_pages, reply_key, request_of

__all__ = [
    "LETTER_LASTS",
    "PAGE",
    "SENTENCES",
    "Answered",
    "Cover",
    "Record",
    "StickRefused",
    "answer_record",
    "encode_pages",
    "name_of",
    "read_cover",
    "read_records",
    "reply_key",
    "request_of",
    "take_answer",
    "write",
    "write_letter",
]
