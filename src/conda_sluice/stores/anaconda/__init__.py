"""Channels of anaconda.org or of an Anaconda Server: labels of one owner, or several owners."""
