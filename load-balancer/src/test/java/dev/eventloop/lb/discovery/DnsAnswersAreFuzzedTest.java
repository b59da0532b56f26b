package dev.eventloop.lb.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Whatever bytes a name server sends, they are an answer to the question, or are refused. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class DnsAnswersAreFuzzedTest {
    private static final int INPUTS = 100_000;
    private static final int ID = 0x1234;

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    @DisplayName("no other exception, no endless loop, and nothing believed that was not asked for")
    void bytesAreJudged() throws Exception {
        System.out.println("DnsAnswersAreFuzzedTest: -Dfuzz.seed=" + seed);
        Question question = new Question(Name.fromString("app.test."), Type.A);
        List<byte[]> samples = samples(question);
        int believed = 0;
        int refused = 0;
        for (int i = 0; i < INPUTS; i++) {
            byte[] bytes = mutated(samples.get(random.nextInt(samples.size())));
            try {
                Response response = Response.parse(bytes, ID, question);
                if (!response.isTruncated()) {
                    Answer answer = Answer.of(response, question);
                    String wrong = whatIsWrong(answer, response, question, bytes);
                    if (wrong != null) {
                        throw new IllegalStateException(wrong);
                    }
                    believed++;
                }
            } catch (UnusableAnswerException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ": " + Arrays.toString(bytes), e);
            }
        }
        assertThat(believed).isGreaterThan(INPUTS / 100);
        assertThat(refused).isGreaterThan(INPUTS / 100);
    }

    /** Null if all that is believed belongs to the question. */
    private static String whatIsWrong(
            Answer answer, Response response, Question question, byte[] bytes) {
        List<Record> all = response.answer();
        boolean nothing = answer.records().isEmpty() && answer.alias() == null;
        int rcode = bytes[3] & 15;
        if (nothing && rcode != Rcode.NXDOMAIN && (rcode != Rcode.NOERROR || !all.isEmpty())) {
            return "believes that there is nothing";
        }
        boolean direct = all.stream().noneMatch(record -> record.getType() == Type.CNAME);
        for (Record record : answer.records()) {
            if (record.getType() != question.type()
                    || record.getDClass() != DClass.IN
                    || (direct && !record.getName().equals(question.name()))) {
                return "believes " + record;
            }
        }
        return answer.ttl() < 0 ? "a TTL of " + answer.ttl() : null;
    }

    private static List<byte[]> samples(Question question) {
        Message message = new Message(ID);
        message.addRecord(
                Record.newRecord(question.name(), question.type(), DClass.IN), Section.QUESTION);
        byte[] query = message.toWire();
        byte[] host = {4, 'h', 'o', 's', 't', (byte) 0xc0, 16};
        byte[] two = OddAnswers.record(host, Type.A, 1, 60, new byte[] {127, 0, 0, 2});
        List<byte[]> samples = new ArrayList<>();
        samples.add(OddAnswers.nxdomain(query));
        samples.add(OddAnswers.answer(query, 0));
        samples.add(OddAnswers.answer(query, 2, OddAnswers.good(), OddAnswers.good()));
        samples.add(OddAnswers.answer(query, 2, OddAnswers.alias(host, 5), two));
        for (UnaryOperator<byte[]> odd : OddAnswers.all().values()) {
            byte[] bytes = odd.apply(query);
            if (bytes != null) {
                samples.add(bytes);
            }
        }
        return samples;
    }

    /** A few bytes changed, removed, added or repeated; now and then only random bytes. */
    private byte[] mutated(byte[] sample) {
        if (random.nextInt(20) == 0) {
            byte[] any = new byte[random.nextInt(100)];
            random.nextBytes(any);
            return any;
        }
        byte[] bytes = sample.clone();
        for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(20));
                default -> System.arraycopy(bytes, 0, bytes, at, (bytes.length - at) / 2);
            }
        }
        return bytes;
    }
}
