package dev.eventloop.lb.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a file as text. */
final class YamlText {
    static final int MOST_BYTES = 1 << 20;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private YamlText() {}

    /** Null, and a mistake, if it cannot be read. */
    static String read(String file, Mistakes mistakes) {
        Place whole = Place.of(file);
        try {
            Path path = Path.of(file);
            if (Files.isDirectory(path)) {
                mistakes.add(whole, "it is a folder; name a file");
                return null;
            }
            try (InputStream in = Files.newInputStream(path)) { // may be a pipe, without a size
                byte[] bytes = in.readNBytes(MOST_BYTES + 1);
                if (bytes.length <= MOST_BYTES) {
                    return decode(bytes, file, mistakes);
                }
                mistakes.add(whole, "it is longer than 1 MiB; it is no configuration");
            }
        } catch (NoSuchFileException e) {
            mistakes.add(whole, "there is no such file; name one that is there");
        } catch (AccessDeniedException e) {
            mistakes.add(whole, "permission to read it is denied");
        } catch (IOException | InvalidPathException e) {
            mistakes.add(whole, "it cannot be read: " + e.getMessage());
        }
        return null;
    }

    private static String decode(byte[] bytes, String file, Mistakes mistakes)
            throws CharacterCodingException {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
        String decoded = text.flip().toString();
        if (decoded.indexOf(BYTE_ORDER_MARK) == 0) {
            decoded = decoded.substring(1);
        }
        int strange = strange(decoded);
        if (strange >= 0) {
            mistakes.add(
                    place(file, decoded, strange),
                    String.format(
                            "the character U+%04X has no place in YAML; is it a text file?",
                            decoded.codePointAt(strange)));
            return null;
        }
        if (result.isError()) {
            mistakes.add(
                    place(file, decoded, decoded.length()), "it is not UTF-8; is it a text file?");
            return null;
        }
        return decoded;
    }

    /**
     * The index of the first character that YAML forbids (YAML 1.2.2, section 5.1); -1 for none.
     */
    private static int strange(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean control = c < ' ' && c != '\t' && c != '\n' && c != '\r';
            if (control || (c >= 0x7f && c < 0xa0 && c != 0x85) || c >= 0xfffe) {
                return i;
            }
        }
        return -1;
    }

    private static Place place(String file, String text, int index) {
        int line = 1;
        int start = 0;
        for (int i = 0; i < index; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                start = i + 1;
            }
        }
        return new Place(file, line, text.codePointCount(start, index) + 1);
    }
}
