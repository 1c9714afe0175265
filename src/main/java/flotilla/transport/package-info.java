/**
 * Bytes between the nodes of a job: the processes, numbered from 0, that its ranks are spread over. Nothing here knows of MPI
 * or of ranks.
 *
 * <p>A <em>frame</em> is short, is copied when it is sent, and arrives in the order of sending. A <em>bulk</em> is long, lies in
 * its sender's memory until all has left, and is written straight to where the receiver wants it. On one host a node can also
 * <em>read</em> another's memory, with no help of that one. Whoever sends faster than the receiver takes is told so
 * ({@link flotilla.transport.Transport#send} answers false), so that no queue grows without bound.
 *
 * <p>Nothing runs by itself: whoever wants progress calls {@link flotilla.transport.Transport#poll}, and sleeps, when there is
 * nothing else to do, in {@link flotilla.transport.Transport#await}. A node starts in two steps, since each needs the address
 * ("card") of all others: {@link flotilla.transport.Transports#start} and {@link flotilla.transport.TransportStart#connect}.
 *
 * <p>Nodes prove to each other that they know the job's secret before anything else is believed, and what comes later is checked
 * before it is used.
 */
package flotilla.transport;
