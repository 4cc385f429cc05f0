"""A language that nobody speaks, made from the English sentences: each at least 40 % longer, and readable with effort.

Its .po file stands in a folder of its own beside copies of the others, as a new language's would.
"""

import re
import shutil
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from assets.texts import FOLDER
from assets.texts.__main__ import extracted

CODE = "qps"
LONGER = 1.4
_PLACE = re.compile(r"(\{[a-z_]*\}|%\d)")
_TWICE = str.maketrans(
    {"a": "áa", "e": "ée", "i": "íi", "o": "óo", "u": "úu", "A": "Áa", "E": "Ée", "I": "Íi", "O": "Óo", "U": "Úu"}
)
_HEAD = """\
# Only for tests; see tests/support/pseudo_language.py.
msgid ""
msgstr ""
"Language: qps\\n"
"X-Name: Pséeúudóo\\n"
"X-Reviewed: no\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


def longer(sentence: str) -> str:
    """`sentence` with doubled vowels, then words of its own size at its end until it is 40 % longer; its places to
    fill in stay as they are."""
    out = "".join(part if _PLACE.fullmatch(part) else part.translate(_TWICE) for part in _PLACE.split(sentence))
    while len(out) < LONGER * len(sentence):
        out += "ň" if len(sentence) < 12 else " ňe"
    return out


def write(folder: Path) -> Path:
    """Copies every catalogue into `folder` and adds the pseudo-language's; gives `folder`."""
    for path in FOLDER.glob("*.po"):
        shutil.copy(path, folder)
    catalog = Catalog(fuzzy=False)
    for message in extracted():
        if message.id:
            catalog.add(message.id, longer(str(message.id)), context=message.context)
    body = BytesIO()
    write_po(body, catalog, omit_header=True, width=110)
    (folder / f"{CODE}.po").write_bytes(_HEAD.encode() + body.getvalue())
    return folder
