"""The forms of the pages: one module a subject, on the ground that all stand on (`base`)."""
