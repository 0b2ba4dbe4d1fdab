"""The pages: each view translates a request into reads or one act, and back."""
