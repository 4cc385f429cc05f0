"""Where pages are drawn, for the site and the console alike: one set of templates' rules, languages, numbers, headers.

Never: a rule of the town hall, a route, or a page without its policy.
"""
