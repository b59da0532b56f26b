package dev.eventloop.lb.discovery;

import java.io.IOException;
import java.util.List;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A DNS message that is a response to the question that was asked, whatever it says. */
final class Response {
    private final Message message;

    private Response(Message message) {
        this.message = message;
    }

    /**
     * Parses a response.
     *
     * @param id of the query
     * @throws UnusableAnswerException if it is no DNS message, or no response to the question
     */
    static Response parse(byte[] bytes, int id, Question question) throws UnusableAnswerException {
        Message message = message(bytes);
        Header header = message.getHeader();
        List<Record> asked = message.getSection(Section.QUESTION);
        if (header.getID() != id) {
            throw new UnusableAnswerException("answered with the ID of another query");
        }
        if (!header.getFlag(Flags.QR) || header.getOpcode() != Opcode.QUERY) {
            throw new UnusableAnswerException("sent no response to a query");
        }
        if (asked.size() != 1 || !question.isAskedBy(asked.get(0))) {
            throw new UnusableAnswerException(
                    asked.isEmpty() ? "did not repeat the question" : "answered another question");
        }
        return new Response(message);
    }

    private static Message message(byte[] bytes) throws UnusableAnswerException {
        try {
            return new Message(bytes);
        } catch (IOException | RuntimeException e) { // the library throws both on invalid bytes
            throw new UnusableAnswerException("sent no valid DNS message: " + e.getMessage());
        }
    }

    /** Whether the answer is too long for a datagram, and must be asked for over TCP. */
    boolean isTruncated() {
        return message.getHeader().getFlag(Flags.TC);
    }

    /** {@link Rcode#NOERROR} and so on, including the upper bits from EDNS. */
    int rcode() {
        return message.getRcode();
    }

    List<Record> answer() {
        return message.getSection(Section.ANSWER);
    }

    List<Record> authority() {
        return message.getSection(Section.AUTHORITY);
    }

    List<Record> additional() {
        return message.getSection(Section.ADDITIONAL);
    }
}
