library(trips)

berlin <- c(52.5200, 13.4050)
paris <- c(48.8566, 2.3522)

stopifnot(
  abs(trip_distance(berlin, paris) - 877.5) < 0.5,
  all.equal(trip_distance(berlin, paris), trip_distance(paris, berlin)),
  trip_distance(berlin, berlin) == 0
)
