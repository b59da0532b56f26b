package dev.eventloop.lb.simulation;

import java.time.Duration;

/**
 * The behaviour of a peer on one connection. Times are virtual nanoseconds.
 *
 * @param start when it starts to send
 * @param total bytes that it sends besides echoing; 0, or enough to identify it
 * @param echo whether it also sends as many bytes as it receives
 * @param write maximum bytes of a write
 * @param read maximum bytes of a read
 * @param pace maximum time between two polls of its socket
 * @param readPauseAt after how many received bytes it pauses reading; -1 for never
 * @param readPause how long it pauses
 * @param finish what it does after it has sent everything
 * @param hesitation how long it is silent before that
 * @param abort what makes it abort
 * @param abortAt the number of bytes or the time at which it aborts
 * @param patience how long it waits without receiving anything
 */
record Script(
        Start start,
        long total,
        boolean echo,
        int write,
        int read,
        long pace,
        long readPauseAt,
        long readPause,
        Finish finish,
        long hesitation,
        Abort abort,
        long abortAt,
        boolean abortResets,
        long patience) {
    /** How most peers of a run behave. */
    enum Style {
        MIXED,
        /** They send much and pause reading. */
        STUBBORN,
        /** They send much in one write, and then nothing for a long time. */
        BURSTS;

        static Style draw(Dice dice) {
            int style = dice.below(100);
            return style < 10 ? STUBBORN : style < 15 ? BURSTS : MIXED;
        }

        /** The most bytes of a write or read. */
        int largestTransfer() {
            return this == BURSTS ? 1024 * 1024 : 256 * 1024;
        }
    }

    enum Start {
        AT_ONCE,
        AFTER_SOME_BYTES,
        AFTER_THE_END
    }

    enum Finish {
        /** Half-closes, and reads to EOF. */
        HALF_CLOSE,
        /** Half-closes after EOF. */
        AFTER_THE_OTHER,
        /** Closes without waiting for EOF. */
        CLOSE,
        /** Resets the connection. */
        RESET,
        /** Waits for the other side to end, then closes. */
        NEVER
    }

    enum Abort {
        NEVER,
        AFTER_SENDING,
        AFTER_RECEIVING,
        AFTER_A_WHILE,
        /** Some time after it has half-closed. */
        AFTER_THE_END
    }

    private static final int SMALLEST = 2 * Content.HEADER;
    private static final int MOST_STEPS = 200;

    /** A time that no run reaches; as a readPause from byte 0: never reads. */
    static final long FOR_EVER = Duration.ofDays(1).toNanos();

    /**
     * @param largest the maximum bytes that a script may send
     */
    static Script ofClient(Dice dice, int largest, Style style) {
        if (style == Style.BURSTS && dice.percent(85)) {
            return burst(dice);
        }
        boolean stubborn = style == Style.STUBBORN;
        Finish finish =
                switch (dice.below(20)) {
                    case 0 -> Finish.CLOSE;
                    case 1 -> Finish.RESET;
                    case 2 -> Finish.NEVER;
                    case 3, 4, 5, 6, 7 -> Finish.AFTER_THE_OTHER;
                    default -> Finish.HALF_CLOSE;
                };
        Start start =
                switch (dice.below(10)) {
                    case 0 -> Start.AFTER_SOME_BYTES;
                    case 1 -> Start.AFTER_THE_END;
                    default -> Start.AT_ONCE;
                };
        return draw(dice, start, size(dice, largest, stubborn), false, finish, stubborn);
    }

    static Script ofBackend(Dice dice, int largest, Style style) {
        if (style == Style.BURSTS && dice.percent(85)) {
            return burst(dice);
        }
        boolean stubborn = style == Style.STUBBORN;
        Finish finish =
                switch (dice.below(20)) {
                    case 0 -> Finish.CLOSE;
                    case 1 -> Finish.RESET;
                    case 2 -> Finish.NEVER;
                    case 3, 4, 5, 6, 7, 8 -> Finish.HALF_CLOSE;
                    default -> Finish.AFTER_THE_OTHER;
                };
        Start start =
                switch (dice.below(10)) {
                    case 0, 1, 2 -> Start.AT_ONCE;
                    case 3 -> Start.AFTER_THE_END;
                    default -> Start.AFTER_SOME_BYTES;
                };
        boolean echo = dice.percent(40);
        return draw(dice, start, size(dice, largest, stubborn), echo, finish, stubborn);
    }

    /** For a backend on a health check: perhaps a greeting; a few never send a FIN. */
    static Script ofChecked(Dice dice) {
        Start start = dice.percent(70) ? Start.AFTER_SOME_BYTES : Start.AT_ONCE;
        return new Script(
                start,
                dice.percent(70) ? 0 : dice.between(SMALLEST, 2_000),
                false,
                2_000,
                2_000,
                dice.of(1_000, 100_000, 1_000_000),
                -1,
                0,
                dice.percent(90) ? Finish.AFTER_THE_OTHER : Finish.NEVER,
                0,
                Abort.NEVER,
                0,
                false,
                dice.of(1_000_000, 100_000_000));
    }

    /** Much at once, and then silence; reads without a pause. */
    private static Script burst(Dice dice) {
        return new Script(
                Start.AT_ONCE,
                dice.between(200_000, 1_000_000),
                false,
                1024 * 1024,
                1024 * 1024,
                1_000,
                -1,
                0,
                Finish.AFTER_THE_OTHER,
                0,
                Abort.NEVER,
                0,
                false,
                FOR_EVER);
    }

    /** For a client that only wants an answer. */
    static Script ofLastClient() {
        return new Script(
                Start.AT_ONCE,
                SMALLEST,
                false,
                SMALLEST,
                1_000,
                1_000,
                -1,
                0,
                Finish.HALF_CLOSE,
                0,
                Abort.NEVER,
                0,
                false,
                FOR_EVER);
    }

    private static Script draw(
            Dice dice, Start start, long total, boolean echo, Finish finish, boolean stubborn) {
        int least = (int) Math.max(1, total / MOST_STEPS);
        Abort abort = dice.percent(85) ? Abort.NEVER : Abort.values()[dice.between(1, 4)];
        long abortAt =
                abort == Abort.AFTER_A_WHILE || abort == Abort.AFTER_THE_END
                        ? dice.magnitude(1_000, 1_000_000_000)
                        : dice.upTo(Math.max(total, 100));
        boolean neverReads = dice.percent(4);
        boolean pauses = neverReads || dice.percent(stubborn ? 80 : 20);
        long pauseAt = neverReads ? 0 : dice.upTo(Math.max(total, 1_000));
        return new Script(
                start,
                total,
                echo,
                Math.max(least, dice.magnitude(1, 64 * 1024)),
                Math.max(least, dice.magnitude(64, 64 * 1024)),
                dice.of(1_000, 100_000, 1_000_000, 20_000_000),
                pauses ? pauseAt : -1,
                neverReads ? FOR_EVER : dice.magnitude(100_000, 2_000_000_000) * 3L,
                finish,
                dice.percent(85) ? 0 : dice.magnitude(100_000, 2_000_000_000) * 3L,
                abort,
                abortAt,
                dice.percent(60),
                dice.of(1_000_000, 100_000_000, 2_000_000_000, 20_000_000_000L));
    }

    private static long size(Dice dice, int largest, boolean stubborn) {
        int most =
                switch (stubborn ? dice.between(10, 19) : dice.below(20)) {
                    case 0, 1, 2 -> 0;
                    case 3, 4, 5, 6, 7, 8, 9 -> 200;
                    case 10, 11, 12, 13, 14 -> 10_000;
                    case 15, 16, 17, 18 -> 300_000;
                    default -> 3_000_000;
                };
        return most == 0
                ? 0
                : dice.magnitude(SMALLEST, Math.max(SMALLEST, Math.min(most, largest)));
    }

    boolean reads() {
        return readPauseAt != 0 || readPause < FOR_EVER;
    }
}
