#include "trips.h"

#include <math.h>

/* Mean radius of the Earth in kilometres (IUGG). */
static const double earth_radius = 6371.0088;

static double radians(double degrees) { return degrees * (acos(-1.0) / 180.0); }

static double square(double x) { return x * x; }

int trips_is_valid(trips_point point)
{
    return fabs(point.latitude) <= 90.0 && fabs(point.longitude) <= 180.0;
}

/* The haversine formula, which stays exact for places that are close together. */
double trips_distance(trips_point from, trips_point to)
{
    if (!trips_is_valid(from) || !trips_is_valid(to)) {
        return NAN;
    }
    const double phi = radians(from.latitude);
    const double psi = radians(to.latitude);
    const double h = square(sin((psi - phi) / 2)) +
                     cos(phi) * cos(psi) * square(sin(radians(to.longitude - from.longitude) / 2));
    return 2 * earth_radius * asin(fmin(1.0, sqrt(h)));
}

double trips_length(const trips_point *points, size_t count)
{
    double length = count == 1 && !trips_is_valid(points[0]) ? NAN : 0.0;
    for (size_t i = 1; i < count; i++) {
        length += trips_distance(points[i - 1], points[i]);
    }
    return length;
}
