"""The public site: votes, results, trackers, certificate check. Plain pages that need no JavaScript.

Never: a name, a card number, a choice; a page that sets a cookie or loads from elsewhere.
"""

from central.public.site import build as build
