"""The command line: parse, wire, render."""
