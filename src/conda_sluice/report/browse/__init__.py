"""Pages for those who browse the ladder: values in, HTML out."""
