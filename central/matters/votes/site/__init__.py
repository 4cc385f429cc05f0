"""Votes on the public site: what is asked, the result and its record, one's own tracker."""
