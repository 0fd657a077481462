"""How long is a trip?"""
