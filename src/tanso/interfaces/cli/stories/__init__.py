"""Stories: a published data set and a file of choices, lived through the door as one phase of a scheme."""
