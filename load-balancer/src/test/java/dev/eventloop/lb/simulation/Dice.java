package dev.eventloop.lb.simulation;

import java.util.SplittableRandom;

/** The random numbers of a run; all of them derive from its seed. */
final class Dice {
    private final SplittableRandom random;

    Dice(long seed) {
        this(new SplittableRandom(seed));
    }

    private Dice(SplittableRandom random) {
        this.random = random;
    }

    /** Independent dice, so that the draws of one peer do not affect another. */
    Dice split() {
        return new Dice(random.split());
    }

    boolean percent(int chance) {
        return random.nextInt(100) < chance;
    }

    /** 0 to {@code bound - 1}. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both ends included. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    /** 0 to {@code most}. */
    long upTo(long most) {
        return random.nextLong(most + 1);
    }

    /** A value with logarithmic distribution from {@code least} to {@code most}. */
    int magnitude(int least, int most) {
        double exponent = random.nextDouble() * Math.log((double) most / least);
        return (int) Math.min(most, Math.round(least * Math.exp(exponent)));
    }

    <T> T one(T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    long of(long... choices) {
        return choices[random.nextInt(choices.length)];
    }

    long seed() {
        return random.nextLong();
    }
}
