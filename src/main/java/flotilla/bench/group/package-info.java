/** The subjects of {@code flotilla bench}: a class for each, and {@link flotilla.bench.group.Groups} with all of them. */
package flotilla.bench.group;
