package flotilla.cli;

/** Input that can't be used. The message is one line: what, where, remedy. */
final class BadInputException extends RuntimeException {
    static final int EXIT_STATUS = 2;

    private static final long serialVersionUID = 1;

    BadInputException(String message) {
        super(message, null, false, false);
    }

    static BadInputException noSuchJob(String command, String job) {
        return new BadInputException(command + " " + job + ": no job of yours has this number; `flotilla ps` lists them");
    }
}
