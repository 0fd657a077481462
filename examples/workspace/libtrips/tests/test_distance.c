#include "check.h"
#include "trips.h"

int main(void)
{
    const trips_point berlin = {52.5200, 13.4050};
    const trips_point paris = {48.8566, 2.3522};
    const trips_point pole = {90.0, 0.0};
    const trips_point antipole = {-90.0, 0.0};
    const trips_point nowhere = {91.0, 0.0};
    const trips_point unknown = {NAN, 0.0};

    CHECK_CLOSE(trips_distance(berlin, paris), 877.5, 0.5);
    CHECK_CLOSE(trips_distance(paris, berlin), trips_distance(berlin, paris), 1e-9);
    CHECK_CLOSE(trips_distance(berlin, berlin), 0.0, 1e-12);
    CHECK_CLOSE(trips_distance(pole, antipole), 20015.1, 0.1);

    /* Over the date line it is one degree, not 359. */
    const trips_point west = {0.0, 179.5};
    const trips_point east = {0.0, -179.5};
    CHECK_CLOSE(trips_distance(west, east), 111.2, 0.1);

    CHECK(trips_is_valid(pole));
    CHECK(!trips_is_valid(nowhere));
    CHECK(!trips_is_valid(unknown));
    CHECK(isnan(trips_distance(berlin, nowhere)));
    return 0;
}
