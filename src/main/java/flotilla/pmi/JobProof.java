package flotilla.pmi;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How nodes and launcher of a job show each other that they know its secret, without saying it: each answers a number that the
 * other has drawn with its HMAC (RFC 2104, SHA-256).
 */
public final class JobProof {
    private static final int NONCE_BYTES = 16;

    private final byte[] secret;

    /** @param secret of the job; at least 16 characters */
    public JobProof(String secret) {
        if (secret.length() < 16) {
            throw new PmiException("the secret of the job is too short; it should come from the launcher");
        }
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** A secret for a new job. */
    public static String newSecret() {
        return random(32);
    }

    /** A number for the other side to answer. */
    public static String nonce() {
        return random(NONCE_BYTES);
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** @param who the side that answers, so that an answer can't be sent back to who gave it */
    public String answer(String who, String nonce) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal((who + " " + nonce).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param answer what came, or null */
    public boolean accepts(String who, String nonce, String answer) {
        return answer != null && MessageDigest.isEqual(answer(who, nonce).getBytes(StandardCharsets.US_ASCII),
                answer.getBytes(StandardCharsets.US_ASCII));
    }
}
