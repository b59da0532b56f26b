package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendState;

/** What a pick asks of a backend, from the least. */
enum Fitness {
    /** Nothing: it may be down for maintenance. */
    ANY,
    /** That it is not down for maintenance. */
    ENABLED,
    /** That the operator wants it used. */
    IN_USE,
    /** That it is healthy, too. */
    UP;

    /** What all backends of a state have. */
    static Fitness of(BackendState state) {
        return switch (state) {
            case UP -> IN_USE;
            case DRAIN -> ENABLED;
            case DOWN -> ANY;
        };
    }
}
