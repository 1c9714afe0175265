/**
 * Set operations on groups (MPI-3.1 section 6.3). A group is an ordered set of processes; all operations are local and
 * make new groups, which keep the order of the first operand (or the order the user asks for).
 */
package flotilla.mpi.group;
