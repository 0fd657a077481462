/* Distances on the globe and lengths of trips. */
#ifndef TRIPS_H
#define TRIPS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A place, in degrees: latitude -90..90, longitude -180..180. */
typedef struct {
    double latitude;
    double longitude;
} trips_point;

/* Return 1 when the point lies on the globe, 0 when it does not (NaN does not). */
int trips_is_valid(trips_point point);

/* Return the great-circle distance in kilometres, NaN when a point is not valid. */
double trips_distance(trips_point from, trips_point to);

/* Return the length in kilometres of the trip through all points in their order.
 * A trip of no point or one has length 0; NaN when a point is not valid. */
double trips_length(const trips_point *points, size_t count);

#ifdef __cplusplus
}
#endif

#endif
