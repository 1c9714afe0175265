/**
 * One process of a job: loads the programs, gives every rank its slot, starts the PEs, and owns whatever must be gone
 * when the job is. {@link flotilla.node.Job} wires the layers below together.
 */
package flotilla.node;
