#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* End the test, saying where, unless the two numbers differ by less than `tolerance`. */
#define CHECK_CLOSE(actual, expected, tolerance)                                             \
    do {                                                                                     \
        const double a = (actual), e = (expected);                                           \
        if (!(fabs(a - e) < (tolerance))) {                                                  \
            fprintf(stderr, "%s:%d: %s is %g, not %g\n", __FILE__, __LINE__, #actual, a, e); \
            exit(1);                                                                         \
        }                                                                                    \
    } while (0)

/* End the test, saying where, unless the condition holds. */
#define CHECK(condition)                                                               \
    do {                                                                               \
        if (!(condition)) {                                                            \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);  \
            exit(1);                                                                   \
        }                                                                              \
    } while (0)

#endif
