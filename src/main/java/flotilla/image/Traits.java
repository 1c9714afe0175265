package flotilla.image;

/**
 * What a method of privatization can do and needs: its row in the comparison that {@code flotilla methods} prints, whose columns
 * are those of the paper's Table 1 and what its text adds.
 *
 * @param automation      what a person has to do to the program
 * @param portability     what the method needs of the system
 * @param statics         static variables of files and functions are private
 * @param fortran         module variables, SAVE and COMMON are private
 * @param cxx             C++ objects with constructors are private
 * @param sharedObjects   variables of the program's own shared objects are private
 * @param severalPes      a process may have several PEs
 * @param ranksPerProcess how many ranks a process can have
 * @param migration       ranks can move to another process
 * @param recompiling     the program must be compiled for the method
 * @param compiler        the compiler that this takes, or "any"
 */
public record Traits(
        String automation,
        String portability,
        Support statics,
        Support fortran,
        Support cxx,
        Support sharedObjects,
        Support severalPes,
        String ranksPerProcess,
        Support migration,
        Support recompiling,
        String compiler) {

    /** An answer, perhaps with a word of explanation. */
    public record Support(Answer answer, String condition) {
        public static final Support YES = new Support(Answer.YES, "");
        public static final Support NO = new Support(Answer.NO, "");

        /** Where {@code condition} holds. */
        public static Support partly(String condition) {
            return new Support(Answer.PARTLY, condition);
        }

        public static Support no(String reason) {
            return new Support(Answer.NO, reason);
        }

        @Override
        public String toString() {
            String word = answer.name().toLowerCase(java.util.Locale.ROOT);
            return condition.isEmpty() ? word : answer == Answer.PARTLY ? condition : word + " (" + condition + ")";
        }
    }

    public enum Answer { YES, NO, PARTLY }
}
