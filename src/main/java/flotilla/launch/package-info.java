/**
 * Starts the nodes of a job, here or by ssh, and is the process manager that they meet through: a small server of PMI-1
 * ({@link flotilla.pmi}). Passes on what the nodes write, tells them what a terminal or a batch system wants, and sees to it
 * that a job ends as one: with the first node that fails, and with nothing left behind.
 */
package flotilla.launch;
