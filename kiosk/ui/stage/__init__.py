"""The stage between counter and QML: what is shown, how it looks, what is typed, which language. Never: an item of a
window.
"""
