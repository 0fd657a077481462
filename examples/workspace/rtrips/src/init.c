#include <trips.h>

#include <R.h>
#include <Rinternals.h>
#include <R_ext/Rdynload.h>

/* `places` is a double matrix: latitudes in the first column, longitudes in the second. */
static SEXP length_of_trip(SEXP places)
{
    const int count = Rf_nrows(places);
    const double *degrees = REAL(places);
    trips_point *points = (trips_point *)R_alloc(count, sizeof(trips_point));
    for (int i = 0; i < count; i++) {
        points[i] = (trips_point){degrees[i], degrees[count + i]};
    }
    return Rf_ScalarReal(trips_length(points, (size_t)count));
}

static const R_CallMethodDef call_methods[] = {
    {"trips_length", (DL_FUNC)&length_of_trip, 1},
    {NULL, NULL, 0},
};

void R_init_trips(DllInfo *dll)
{
    R_registerRoutines(dll, NULL, call_methods, NULL, NULL);
    R_useDynamicSymbols(dll, FALSE);
}
