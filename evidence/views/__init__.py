"""Pages of this room: selector, form, service, render."""
