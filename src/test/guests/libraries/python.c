/*
 * Python: an interpreter in each rank, with modules that it loads as shared libraries, and functions of the program that
 * call MPI.
 *
 * test: package python3-dev
 * test: pkg-config python3-embed
 * test: environment PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
 * test: ranks 1 4
 * test: flotilla-ranks 16
 * test: stealing
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "support.h"

static PyObject *barrier(PyObject *self, PyObject *arguments)
{
    (void)self, (void)arguments;
    interleave();
    Py_RETURN_NONE;
}

static PyObject *gather(PyObject *self, PyObject *arguments)
{
    (void)self;
    int mine, all[64] = {0};
    if (!PyArg_ParseTuple(arguments, "i", &mine))
        return NULL;
    MPI_Allgather(&mine, 1, MPI_INT, all, 1, MPI_INT, MPI_COMM_WORLD);
    PyObject *list = PyList_New(check_size);
    for (int i = 0; i < check_size; i++)
        PyList_SetItem(list, i, PyLong_FromLong(all[i]));
    return list;
}

static PyMethodDef functions[] = {
    {"barrier", barrier, METH_NOARGS, NULL},
    {"gather", gather, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "job", NULL, -1, functions, NULL, NULL, NULL, NULL};

static PyObject *make_module(void)
{
    PyObject *made = PyModule_Create(&module);
    PyModule_AddIntConstant(made, "rank", check_rank);
    PyModule_AddIntConstant(made, "size", check_size);
    return made;
}

static const char program[] =
    "import job, math, random, decimal, array, struct, json, ctypes, zlib, hashlib, sys\n"
    "job.barrier()\n"
    "decimal.getcontext().prec = 10 + job.rank % 20\n"
    "random.seed(job.rank)\n"
    "numbers = [random.random() for i in range(50)]\n"
    "job.barrier()\n"
    "third = decimal.Decimal(1) / 3\n"
    "assert len(str(third)) == 12 + job.rank % 20\n"
    "random.seed(job.rank)\n"
    "assert numbers == [random.random() for i in range(50)]\n"
    "squares = job.gather(job.rank ** 2)\n"
    "assert squares == [i * i for i in range(job.size)], squares\n"
    "try:\n"
    "    raise KeyError(job.rank)\n"
    "except KeyError as e:\n"
    "    job.barrier()\n"
    "    assert e.args == (job.rank,)\n"
    "# A C function that calls back into Python, through a closure made at run time.\n"
    "compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))\n"
    "values = (ctypes.c_int * 20)(*[(i * 7 + job.rank) % 20 for i in range(20)])\n"
    "def order(a, b):\n"
    "    return a[0] - b[0]\n"
    "ctypes.CDLL(None).qsort(values, 20, ctypes.sizeof(ctypes.c_int), compare(order))\n"
    "assert list(values) == list(range(20))\n"
    "text = json.dumps({'rank': job.rank, 'pi': math.pi, 'list': list(range(job.rank % 7))})\n"
    "job.barrier()\n"
    "assert zlib.decompress(zlib.compress(text.encode())).decode() == text\n"
    "print('rank', job.rank, 'of', job.size, third, hashlib.sha256(text.encode()).hexdigest()[:16])\n"
    "sys.stdout.flush()\n";

int main(int argc, char **argv)
{
    start(&argc, &argv);
    PyImport_AppendInittab("job", make_module);
    Py_InitializeEx(0);
    CHECK_EQUAL(PyRun_SimpleString(program), 0);
    interleave();
    CHECK_EQUAL(Py_FinalizeEx(), 0);
    return finish("Python");
}
