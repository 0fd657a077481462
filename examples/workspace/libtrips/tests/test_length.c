#include "check.h"
#include "trips.h"

int main(void)
{
    const trips_point trip[] = {{52.5200, 13.4050}, {50.9375, 6.9603}, {48.8566, 2.3522}};

    CHECK_CLOSE(trips_length(trip, 0), 0.0, 1e-12);
    CHECK_CLOSE(trips_length(trip, 1), 0.0, 1e-12);
    CHECK_CLOSE(trips_length(trip, 2), trips_distance(trip[0], trip[1]), 1e-9);
    CHECK_CLOSE(trips_length(trip, 3),
                trips_distance(trip[0], trip[1]) + trips_distance(trip[1], trip[2]), 1e-9);
    CHECK(trips_length(trip, 3) > trips_distance(trip[0], trip[2]));

    const trips_point nowhere[] = {{0.0, 181.0}};
    CHECK(isnan(trips_length(nowhere, 1)));
    return 0;
}
