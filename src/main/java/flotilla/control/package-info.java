/**
 * How other commands talk to a job that runs. Each process of a job opens a socket of the Unix domain (unix(7)) in a folder of
 * its user's, which nobody else may enter, a moment after its ranks have begun: {@link flotilla.control.ControlServer}. Whoever
 * connects is of the same user, says the kernel (SO_PEERCRED), or is not heard. {@link flotilla.control.ControlClient} asks.
 *
 * <p>A request is a line of JSON, {@code {"ask": NAME, ...}}; the answer is one, too: what the handler registered by that name
 * answers, or {@code {"error": TEXT}}. {@link flotilla.control.JobSocket} knows the sockets' names, and which are left over from
 * a process that was killed.
 */
package flotilla.control;
