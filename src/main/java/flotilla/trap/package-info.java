/**
 * The border between guest and host. {@link flotilla.trap.Guest} lets a rank's code run until it traps;
 * {@link flotilla.trap.Traps} decodes what it asked for, hands it to the MPI layer or to the node's
 * {@link flotilla.trap.SystemServices}, and leaves the answer in the control block. Java code never runs on a guest's
 * stack: a trap is the return of a downcall.
 */
package flotilla.trap;
