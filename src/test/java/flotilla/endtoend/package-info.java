/**
 * Whole programs, compiled by real compilers and run by {@code bin/flotilla} as a user runs them.
 *
 * <p>{@link flotilla.endtoend.SameAsMpichTest} takes the folder {@code src/test/guests}, where each program says in its
 * first comment how it wants to be run, and compares with MPICH; the other classes each test one thing that a comparison
 * can't. What a test needs and the machine lacks (gfortran, MPICH, CMake) skips it, with the reason.
 */
package flotilla.endtoend;
