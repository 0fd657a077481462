"""Distances on the globe and lengths of trips, in kilometres."""

from pytrips._trips import distance, length

__all__ = ["distance", "length"]
