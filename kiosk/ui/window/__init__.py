"""The window itself, and the counter that stands behind it: in a process of its own, or in this one for a demo."""
