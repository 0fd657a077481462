"""The index of a static channel, as pure values: no file is read or written here."""
