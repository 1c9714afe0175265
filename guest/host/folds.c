/*
 * Arithmetic of the predefined reduction operations (MPI-3.1 sections 5.9.2 and 5.9.4): a function for each operation and
 * representation, flotilla_OPERATION_REPRESENTATION(a, b, out, count) for out[i] = a[i] op b[i]. out may be a or b.
 *
 * All operations are commutative, bit by bit but for what a NaN says. MAX and MIN give NaN when either operand is one, and
 * take -0 for less than +0: the result does not depend on the order of ranks. Addresses have been checked; where memory is not
 * there, the handler of faults helps.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))
/* As wide as the processor's registers are. */
#define VECTORS __attribute__((target_clones("avx2", "default")))

/* out may be a or b, but no element depends on another one. */
#define EACH(count) _Pragma("GCC ivdep") for (int64_t i = 0; i < (count); i++)

#define FOLD(attributes, operation, name, type, expression)                                                                \
    EXPORT attributes void flotilla_##operation##_##name(const type *a, const type *b, type *out, int64_t count);          \
    EXPORT attributes void flotilla_##operation##_##name(const type *a, const type *b, type *out, int64_t count) {         \
        EACH(count) {                                                                                                      \
            type x = a[i], y = b[i];                                                                                       \
            out[i] = (type)(expression);                                                                                   \
        }                                                                                                                  \
    }

/* Elements at any address. */
#define ANYWHERE __attribute__((aligned(1), may_alias))
typedef int8_t ANYWHERE int8;
typedef uint8_t ANYWHERE uint8;
typedef int16_t ANYWHERE int16;
typedef uint16_t ANYWHERE uint16;
typedef int32_t ANYWHERE int32;
typedef uint32_t ANYWHERE uint32;
typedef int64_t ANYWHERE int64;
typedef uint64_t ANYWHERE uint64;
typedef __int128 ANYWHERE int128;
typedef _Float16 ANYWHERE float16;
typedef float ANYWHERE float32;
typedef double ANYWHERE float64;
typedef long double ANYWHERE float80;
typedef _Float128 ANYWHERE float128;

#define TRUTHS(attributes, name, type)                              \
    FOLD(attributes, land, name, type, (x != 0) & (y != 0))         \
    FOLD(attributes, lor, name, type, (x != 0) | (y != 0))          \
    FOLD(attributes, lxor, name, type, (x != 0) ^ (y != 0))
#define BITS(attributes, name, type)                \
    FOLD(attributes, band, name, type, x & y)       \
    FOLD(attributes, bor, name, type, x | y)        \
    FOLD(attributes, bxor, name, type, x ^ y)
/* Overflow wraps around: the compiler is told so. */
#define INTEGERS(attributes, name, type)                 \
    FOLD(attributes, max, name, type, x > y ? x : y)     \
    FOLD(attributes, min, name, type, x < y ? x : y)     \
    FOLD(attributes, sum, name, type, x + y)             \
    FOLD(attributes, prod, name, type, x * y)            \
    BITS(attributes, name, type)                         \
    TRUTHS(attributes, name, type)

INTEGERS(VECTORS, int8, int8)
INTEGERS(VECTORS, uint8, uint8)
INTEGERS(VECTORS, int16, int16)
INTEGERS(VECTORS, uint16, uint16)
INTEGERS(VECTORS, int32, int32)
INTEGERS(VECTORS, uint32, uint32)
INTEGERS(VECTORS, int64, int64)
INTEGERS(VECTORS, uint64, uint64)
INTEGERS(, int128, int128)
BITS(VECTORS, opaque8, uint8)
TRUTHS(VECTORS, logical8, uint8)
TRUTHS(VECTORS, logical16, uint16)
TRUTHS(VECTORS, logical32, uint32)
TRUTHS(VECTORS, logical64, uint64)
TRUTHS(, logical128, int128)

/* Two comparisons differ only for zeros, whose signs the bits decide, and NaN. */
#define EXTREMES(type, bits)                                                            \
    INLINE type both_##type(type x, type y, int all) {                                  \
        bits a, b;                                                                      \
        memcpy(&a, &x, sizeof a);                                                       \
        memcpy(&b, &y, sizeof b);                                                       \
        a = all ? a & b : a | b;                                                        \
        memcpy(&x, &a, sizeof x);                                                       \
        return x;                                                                       \
    }                                                                                   \
    INLINE type max_##type(type x, type y) {                                            \
        type greater = both_##type(x > y ? x : y, y > x ? y : x, 1);                    \
        return __builtin_isunordered(x, y) ? x + y : greater;                           \
    }                                                                                   \
    INLINE type min_##type(type x, type y) {                                            \
        type smaller = both_##type(x < y ? x : y, y < x ? y : x, 0);                    \
        return __builtin_isunordered(x, y) ? x + y : smaller;                           \
    }
EXTREMES(float, uint32_t)
EXTREMES(double, uint64_t)

/* The same for formats that vector registers do not know. */
#define WIDE_EXTREMES(name, type, sign)                                                                                 \
    INLINE type max_##name(type x, type y) {                                                                            \
        return __builtin_isunordered(x, y) ? x + y : x > y ? x : x < y ? y : sign(x) ? y : x;                           \
    }                                                                                                                   \
    INLINE type min_##name(type x, type y) {                                                                            \
        return __builtin_isunordered(x, y) ? x + y : x < y ? x : x > y ? y : sign(x) ? x : y;                           \
    }
WIDE_EXTREMES(float80, long double, signbit)
WIDE_EXTREMES(float128, _Float128, signbit)

#define REALS(attributes, name, type, greater, smaller)   \
    FOLD(attributes, max, name, type, greater(x, y))      \
    FOLD(attributes, min, name, type, smaller(x, y))      \
    FOLD(attributes, sum, name, type, x + y)              \
    FOLD(attributes, prod, name, type, x * y)             \
    TRUTHS(attributes, name, type)
REALS(VECTORS, float32, float32, max_float, min_float)
REALS(VECTORS, float64, float64, max_double, min_double)
/* Each operation in single precision, rounded once: exact enough to be right for both. */
REALS(, float16, float16, max_float, min_float)
REALS(, float80, float80, max_float80, min_float80)
REALS(, float128, float128, max_float128, min_float128)

/* Real and imaginary parts alternate. Not C's product, which looks for infinities afterwards. wide: what is computed in. */
#define COMPLEX(attributes, name, type, wide)                                                                              \
    EXPORT attributes void flotilla_sum_##name(const type *a, const type *b, type *out, int64_t count);                    \
    EXPORT attributes void flotilla_sum_##name(const type *a, const type *b, type *out, int64_t count) {                   \
        EACH(2 * count) {                                                                                                  \
            out[i] = a[i] + b[i];                                                                                          \
        }                                                                                                                  \
    }                                                                                                                      \
    EXPORT attributes void flotilla_prod_##name(const type *a, const type *b, type *out, int64_t count);                   \
    EXPORT attributes void flotilla_prod_##name(const type *a, const type *b, type *out, int64_t count) {                  \
        EACH(count) {                                                                                                      \
            wide x = a[2 * i], y = a[2 * i + 1], u = b[2 * i], v = b[2 * i + 1];                                           \
            out[2 * i] = (type)(x * u - y * v);                                                                            \
            out[2 * i + 1] = (type)(x * v + y * u);                                                                        \
        }                                                                                                                  \
    }
COMPLEX(, complex16, float16, float)
COMPLEX(VECTORS, complex32, float32, float)
COMPLEX(VECTORS, complex64, float64, double)
COMPLEX(, complex80, float80, long double)
COMPLEX(, complex128, float128, _Float128)

/* Value and index: the smaller index of equal values; NaN and zeros of either sign count as equal. Padding goes along. */
#define LOCATION(operation, name, nearer, farther)                                                                         \
    EXPORT void flotilla_##operation##_##name(const name *a, const name *b, name *out, int64_t count);                     \
    EXPORT void flotilla_##operation##_##name(const name *a, const name *b, name *out, int64_t count) {                    \
        EACH(count) {                                                                                                      \
            int first = a[i].value nearer b[i].value                                                                       \
                || (!(a[i].value farther b[i].value) && a[i].index < b[i].index);                                          \
            out[i] = first ? a[i] : b[i];                                                                                  \
        }                                                                                                                  \
    }
#define PAIRS(name, value_type, index_type)                     \
    struct __attribute__((may_alias)) name {                    \
        value_type value;                                       \
        index_type index;                                       \
    };                                                          \
    typedef struct name __attribute__((aligned(1))) name;       \
    LOCATION(maxloc, name, >, <)                                \
    LOCATION(minloc, name, <, >)
PAIRS(float32_int32, float, int32_t)
PAIRS(float64_int32, double, int32_t)
PAIRS(float80_int32, long double, int32_t)
PAIRS(int16_int32, int16_t, int32_t)
PAIRS(int32_int32, int32_t, int32_t)
PAIRS(int64_int32, int64_t, int32_t)
PAIRS(float32_float32, float, float)
PAIRS(float64_float64, double, double)

/*
 * Folds vectors that lie one behind the other into the first, in their order: with many short ones, calls from the host would take
 * longer than the arithmetic.
 */
EXPORT void flotilla_fold_all(void (*fold)(const void *, const void *, void *, int64_t), char *vectors, int64_t bytes, int64_t number, int64_t count);
EXPORT void flotilla_fold_all(void (*fold)(const void *, const void *, void *, int64_t), char *vectors, int64_t bytes, int64_t number, int64_t count) {
    for (int64_t i = 1; i < number; i++) {
        fold(vectors + i * bytes, vectors, vectors, count);
    }
}
