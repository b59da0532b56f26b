package dev.eventloop.lb.pool;

/**
 * What the tables of a pool remember of a backend from one to the next. Belongs to the one that
 * builds them, but for the share, which any thread reads.
 */
final class PickAccount {
    private volatile double share;
    private double owed;
    private int table;
    private boolean newcomer;
    private int handicap;

    /**
     * Its backend is in this table.
     *
     * @param number of the table; those of a pool are numbered from 1 on
     */
    void isIn(int number) {
        if (number > 1 && table < number - 1) {
            newcomer = true;
            handicap = Integer.MAX_VALUE; // as many as it is behind
        }
        table = number;
    }

    /** Whether its backend is in the table of this number. */
    boolean wasIn(int number) {
        return table == number;
    }

    /** Whether its backend came to others, and has not had as many connections as they since. */
    boolean isNewcomer() {
        return newcomer;
    }

    /** How many halves of a connection are left of its handicap. */
    int handicap() {
        return handicap;
    }

    void handicap(int halves) {
        handicap = halves;
    }

    /** It has as many connections as the others. */
    void hasCaughtUp() {
        newcomer = false;
    }

    /** How many picks its backend is behind its share. */
    double owed() {
        return owed;
    }

    void owed(double picks) {
        owed = picks;
    }

    /** The share of new connections that its backend gets by weight, from 0 to 1. */
    double share() {
        return share;
    }

    void share(double share) {
        this.share = share;
    }
}
