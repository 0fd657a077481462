#' Great-circle distance of two places, in kilometres
#'
#' @param from,to Places: a latitude and a longitude in degrees.
trip_distance <- function(from, to) {
  trip_length(rbind(as.double(from), as.double(to)))
}

#' Length of a trip through all places in their order, in kilometres
#'
#' @param places A matrix or data frame whose first two columns are latitude and longitude.
trip_length <- function(places) {
  places <- as.matrix(places)[, 1:2, drop = FALSE]
  storage.mode(places) <- "double"
  length <- .Call(C_trips_length, places)
  if (is.nan(length)) stop("a place lies not on the globe", call. = FALSE)
  length
}
