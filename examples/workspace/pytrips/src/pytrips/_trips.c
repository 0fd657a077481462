#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <trips.h>

/* Read a (latitude, longitude) pair; return 0 with an exception set when it is none. */
static int read_point(PyObject *pair, trips_point *point)
{
    if (!PyTuple_Check(pair)) {
        PyErr_SetString(PyExc_TypeError, "a place is a tuple (latitude, longitude)");
        return 0;
    }
    if (!PyArg_ParseTuple(pair, "dd:place", &point->latitude, &point->longitude)) {
        return 0;
    }
    if (!trips_is_valid(*point)) {
        PyErr_Format(PyExc_ValueError, "%R lies not on the globe", pair);
        return 0;
    }
    return 1;
}

static PyObject *distance(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *start, *end;
    trips_point from, to;
    if (!PyArg_ParseTuple(args, "OO:distance", &start, &end) || !read_point(start, &from) ||
        !read_point(end, &to)) {
        return NULL;
    }
    return PyFloat_FromDouble(trips_distance(from, to));
}

static PyObject *length(PyObject *Py_UNUSED(module), PyObject *places)
{
    PyObject *items = PySequence_Fast(places, "a trip is a sequence of places");
    if (items == NULL) {
        return NULL;
    }
    const Py_ssize_t count = PySequence_Fast_GET_SIZE(items);
    trips_point *points = PyMem_Calloc((size_t)count + 1, sizeof(trips_point));
    PyObject *result = NULL;
    if (points == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!read_point(PySequence_Fast_GET_ITEM(items, i), &points[i])) {
            goto done;
        }
    }
    result = PyFloat_FromDouble(trips_length(points, (size_t)count));
done:
    PyMem_Free(points);
    Py_DECREF(items);
    return result;
}

static PyMethodDef methods[] = {
    {"distance", distance, METH_VARARGS,
     "distance(start, end)\n--\n\nReturn the great-circle distance of two places."},
    {"length", length, METH_O,
     "length(places)\n--\n\nReturn the length of the trip through all places in their order."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "pytrips._trips", .m_size = 0, .m_methods = methods};

PyMODINIT_FUNC PyInit__trips(void) { return PyModuleDef_Init(&module); }
