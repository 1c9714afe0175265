/**
 * The timeline of a job, as a file for Perfetto and Chrome's trace viewer (Trace Event Format, JSON array): which rank ran when on
 * each PE, in which calls ranks waited, and messages as arrows.
 *
 * <p>{@link flotilla.observe.timeline.TimelineTraps} stands in for the border's own class, as another kind of endpoint does for the
 * messages', so that a job without a timeline has nothing to ask. Each thread that runs ranks has a
 * {@link flotilla.observe.timeline.Recorder}, which notes events as a few numbers in a {@link flotilla.observe.timeline.Chunk}; full
 * ones are turned into text and written by one more thread. When that one cannot keep up, ranks wait for it: memory is bounded, and
 * nothing is left out. An event is a slice with its end, or an arrow with its end, so that the file is whole whatever ends the job.
 */
package flotilla.observe.timeline;
