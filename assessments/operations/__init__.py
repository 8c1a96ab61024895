"""Every change to frameworks, rounds and answers: one keyword-only function each."""
