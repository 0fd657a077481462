library(trips)

trip <- data.frame(
  latitude = c(52.5200, 50.9375, 48.8566),
  longitude = c(13.4050, 6.9603, 2.3522)
)
leg <- function(i) trip_length(trip[c(i, i + 1), ])

stopifnot(
  all.equal(trip_length(trip), leg(1) + leg(2)),
  trip_length(trip[1, ]) == 0
)

refused <- tryCatch(trip_length(rbind(c(91, 0), c(0, 0))), error = conditionMessage)
stopifnot(grepl("globe", refused))
