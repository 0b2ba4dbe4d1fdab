"""Work in the background: what the clock asks for, and what follows a commit. `tanso work` runs it."""
