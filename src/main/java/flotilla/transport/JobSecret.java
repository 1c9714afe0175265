package flotilla.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What all nodes of a job know and nobody else does. It is never sent: a node proves that it knows the secret by the HMAC (RFC
 * 2104, with SHA-256) of a number that the other one has just drawn. The secret itself travels to the nodes by their
 * environment or standard input, as {@link #text}.
 */
public final class JobSecret {
    /** Bytes of a secret, of a proof, and of the random numbers that proofs are about. */
    static final int BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] bytes;

    private JobSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    public static JobSecret random() {
        return new JobSecret(randomBytes());
    }

    /**
     * The secret that {@link #text} was the text of.
     *
     * @throws IllegalArgumentException when it can't be one; the message does not contain it
     */
    public static JobSecret parse(String text) {
        if (text.length() == 2 * BYTES) {
            try {
                return new JobSecret(HexFormat.of().parseHex(text));
            } catch (IllegalArgumentException e) {
                // Said below, without the text.
            }
        }
        throw new IllegalArgumentException("the secret of a job is " + 2 * BYTES + " hexadecimal digits");
    }

    /** The secret itself, for the environment or standard input of the job's nodes and for nothing else. */
    public String text() {
        return HexFormat.of().formatHex(bytes);
    }

    static byte[] randomBytes() {
        byte[] random = new byte[BYTES];
        RANDOM.nextBytes(random);
        return random;
    }

    /**
     * Proof that whoever makes it knows the secret.
     *
     * @param purpose keeps a proof from being used for another thing
     * @param numbers what else the proof is about, such as the numbers of nodes
     * @param random what both sides have drawn, in an order that both know
     */
    byte[] proof(String purpose, int[] numbers, byte[]... random) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(bytes, ALGORITHM));
            byte[] name = purpose.getBytes(StandardCharsets.UTF_8);
            ByteBuffer head = ByteBuffer.allocate(Integer.BYTES * (2 + numbers.length) + name.length);
            head.putInt(name.length).put(name).putInt(numbers.length);
            for (int number : numbers) {
                head.putInt(number);
            }
            mac.update(head.array());
            for (byte[] part : random) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compares proofs, in a time that does not tell how much of them is the same. */
    static boolean same(byte[] a, byte[] b) {
        return MessageDigest.isEqual(a, b);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JobSecret secret && same(bytes, secret.bytes);
    }

    /** Tells nothing of the secret that is worth knowing: the same for all. */
    @Override
    public int hashCode() {
        return JobSecret.class.hashCode();
    }

    @Override
    public String toString() {
        return "the job's secret";
    }
}
