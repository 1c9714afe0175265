/**
 * What is said of a rank that failed: why, what the address belongs to that it used, where it was and who had called it; and
 * its core file. Looks at the rank's slot from outside, while the rank stands still, and believes nothing it finds there.
 */
package flotilla.fault;
