/**
 * What a person types. Each command checks the form of its input, turns it into options and hands them to the layers
 * below; it holds no logic of its own.
 *
 * <p>All commands answer bad input in the same way: one line on standard error that says what is wrong, where, and what
 * to do, and exit status {@value flotilla.cli.BadInputException#EXIT_STATUS}. Otherwise the exit status is the job's.
 */
package flotilla.cli;
