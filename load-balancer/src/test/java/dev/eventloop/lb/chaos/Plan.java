package dev.eventloop.lb.chaos;

import java.time.Duration;
import java.util.Random;

/**
 * What a client is going to do.
 *
 * @param chunk the most bytes that it writes or reads at once
 * @param writePause between two writes
 * @param readPause between two reads
 * @param window the size of its receive buffer; 0 for the system's default
 * @param leaveAfter resets the connection after so many bytes of the answer; never if negative
 */
record Plan(
        Request request,
        int chunk,
        Duration writePause,
        Duration readPause,
        int window,
        long leaveAfter) {
    private static final int KIB = 1024;

    /** In the send buffer of one socket; see tcp_wmem in tcp(7). */
    private static final int MORE_THAN_THE_KERNEL_KEEPS = 4 * KIB * KIB;

    /** As most: a few KiB or a few hundred, as fast as possible. One in sixteen leaves early. */
    static Plan brief(long number, Random random) {
        Request.Kind[] kinds = Request.Kind.values();
        Request.Kind kind = kinds[random.nextInt(kinds.length)];
        long length = 1L + random.nextInt(1 << (6 + random.nextInt(13)));
        boolean leaves = kind == Request.Kind.ECHO && random.nextInt(16) == 0;
        return new Plan(
                new Request(kind, number, length),
                16 * KIB,
                Duration.ZERO,
                Duration.ZERO,
                0,
                leaves ? random.nextLong(length) : -1);
    }

    /** Small messages over seconds; never silent for as long as {@link Trial#IDLE_TIMEOUT}. */
    static Plan lasting(long number, Random random) {
        int chunk = 50 + random.nextInt(2 * KIB);
        int pause = 10 + random.nextInt(70);
        return new Plan(
                new Request(Request.Kind.ECHO, number, chunk * (20L + random.nextInt(60))),
                chunk,
                Duration.ofMillis(pause),
                Duration.ZERO,
                0,
                -1);
    }

    /** Megabytes from the backend, read slowly: the load balancer has to keep bytes. */
    static Plan slow(long number, Random random) {
        return new Plan(
                new Request(
                        Request.Kind.SOURCE,
                        number,
                        MORE_THAN_THE_KERNEL_KEEPS + random.nextInt(KIB * KIB)),
                32 * KIB,
                Duration.ZERO,
                Duration.ofMillis(random.nextInt(10)),
                16 * KIB,
                -1);
    }

    /** Hardly read at all for seconds, and then left. */
    static Plan stalled(long number, Random random) {
        return new Plan(
                new Request(Request.Kind.SOURCE, number, MORE_THAN_THE_KERNEL_KEEPS),
                32 * KIB,
                Duration.ZERO,
                Duration.ofMillis(200),
                16 * KIB,
                (100L + random.nextInt(300)) * KIB);
    }

    /** The same, but the client does not leave early. */
    Plan toTheEnd() {
        return new Plan(request, chunk, writePause, readPause, window, -1);
    }
}
