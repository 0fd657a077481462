"""Promotion: which packages climb into a channel, whole sets only, and what holds the others."""
