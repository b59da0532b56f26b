package dev.eventloop.examples.chat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Validates text. Other clients show it on their terminals, so text that is not UTF-8 or contains
 * control characters is refused. Confined to one thread.
 */
final class Texts {
    static final int LONGEST_NAME = 32;

    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer chars = CharBuffer.allocate(Protocol.MOST);

    /** Returns whether the bytes are a message: UTF-8, not empty, no control characters. */
    boolean isMessage(ByteBuffer text) {
        if (!decode(text) || chars.isEmpty()) {
            return false;
        }
        for (int i = 0; i < chars.length(); i++) {
            if (Character.isISOControl(chars.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns the name of a user or a channel; null if it is invalid. */
    String name(ByteBuffer text) {
        if (!decode(text)) {
            return null;
        }
        String name = chars.toString();
        boolean valid =
                !name.isEmpty()
                        && name.codePointCount(0, name.length()) <= LONGEST_NAME
                        && name.codePoints().allMatch(Texts::isOfAName);
        return valid ? name : null;
    }

    private static boolean isOfAName(int codePoint) {
        return Character.isLetterOrDigit(codePoint) || "-_.".indexOf(codePoint) >= 0;
    }

    /** Does not move the buffer's position. */
    private boolean decode(ByteBuffer text) {
        int position = text.position();
        chars.clear();
        boolean valid =
                decoder.reset().decode(text, chars, true).isUnderflow()
                        && decoder.flush(chars).isUnderflow();
        text.position(position);
        chars.flip();
        return valid;
    }
}
