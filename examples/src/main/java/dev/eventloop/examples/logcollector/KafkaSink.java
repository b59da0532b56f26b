package dev.eventloop.examples.logcollector;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends each line to a topic, as a record with the client's address as its key, so that a client's
 * lines stay in order in one partition. It sends all lines of a batch, then waits for all answers
 * (acks=all, idempotent): a group commit, as with files.
 *
 * <p>The Kafka client uses separate threads and memory, and allocates objects per line, which
 * determines the speed of this sink.
 */
final class KafkaSink implements Sink {
    /** Without an answer for this long, sending counts as failed. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final long LOOK_NANOS = 20_000;

    private final Settings settings;
    private KafkaProducer<byte[], byte[]> producer;

    /** The answers to the current batch; null for none. */
    private Answers answers;

    /** The chunk being sent, whose position says where to continue. */
    private int next;

    private long sent;
    private volatile boolean givenUp;

    private KafkaSink(Settings settings) {
        this.settings = settings;
        connect();
    }

    /**
     * Creates the producer, without waiting for a broker.
     *
     * @throws IOException if the brokers' addresses are invalid
     */
    static KafkaSink open(Settings settings) throws IOException {
        try {
            return new KafkaSink(settings);
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "cannot use Kafka at " + settings.kafka + ": " + cause.getMessage(), e);
        }
    }

    private void connect() {
        Map<String, Object> options =
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        settings.kafka,
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "log-collector",
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        // The producer never gives up a record: the store decides that.
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        Integer.MAX_VALUE,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        PATIENCE.toMillis(),
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        Chunk.SIZE,
                        ProducerConfig.LINGER_MS_CONFIG,
                        0);
        producer =
                new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void take(Chunk[] chunks, int count) throws IOException {
        if (answers == null) {
            answers = new Answers();
        }
        try {
            while (next < count) {
                send(chunks[next]);
                next++;
            }
            awaitAnswers();
        } catch (KafkaException e) {
            throw new IOException(sentence(e.getMessage()), e);
        }
        if (answers.failure != null) {
            // After a permanent failure the whole batch is sent again: lines may appear twice, but
            // none is missing. The producer may be unusable, so replace it.
            String why = sentence(answers.failure.getMessage());
            producer.close(Duration.ZERO);
            connect();
            answers = null;
            for (int i = 0; i < count; i++) {
                chunks[i].bytes.position(0);
            }
            next = 0;
            sent = 0;
            throw new IOException(why);
        }
        next = 0;
        sent = 0;
        answers = null;
    }

    private void send(Chunk chunk) throws IOException {
        int segment = 0;
        int at = chunk.bytes.position();
        while (at < chunk.end) {
            while (chunk.ends[segment] <= at) {
                segment++;
            }
            int newline = Newlines.indexOf(chunk.bytes, at, chunk.end);
            byte[] line = new byte[newline - at];
            chunk.bytes.get(at, line);
            Future<RecordMetadata> ignored = // its callback reports the result
                    producer.send(
                            new ProducerRecord<>(
                                    settings.topic, chunk.sessions[segment].name, line),
                            answers::onCompletion);
            if (answers.refused != null) {
                String why = answers.refused.getMessage();
                answers.refused = null;
                throw new IOException(sentence(why));
            }
            sent++;
            at = newline + 1;
            chunk.bytes.position(at);
        }
    }

    private void awaitAnswers() throws IOException {
        long known = answers.count;
        long since = System.nanoTime();
        while (answers.count < sent) {
            LockSupport.parkNanos(this, LOOK_NANOS);
            if (answers.count != known) {
                known = answers.count;
                since = System.nanoTime();
            } else if (givenUp || System.nanoTime() - since > PATIENCE.toNanos()) {
                throw new IOException(
                        sentence("no answer for " + PATIENCE.toSeconds() + " seconds"));
            }
        }
    }

    private String sentence(String why) {
        return "cannot send to Kafka at "
                + settings.kafka
                + ", topic "
                + settings.topic
                + ": "
                + why;
    }

    @Override
    public void giveUp() {
        givenUp = true;
    }

    @Override
    public String describe() {
        return "kafka " + settings.kafka + " " + settings.topic;
    }

    @Override
    public void close() {
        producer.close(givenUp ? Duration.ZERO : PATIENCE);
    }

    /**
     * The answers to one batch. The producer's thread reports the brokers' answers; {@code send}
     * itself, on this sink's thread, reports a record that it rejects without a broker or room.
     */
    private static final class Answers {
        private final Thread sender = Thread.currentThread();
        volatile long count;
        volatile Exception failure;
        Exception refused;

        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        void onCompletion(RecordMetadata where, Exception e) {
            if (Thread.currentThread() == sender) {
                refused = e;
                return;
            }
            if (e != null) {
                failure = e;
            }
            count++;
        }
    }
}
