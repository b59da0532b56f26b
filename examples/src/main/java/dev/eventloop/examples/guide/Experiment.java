package dev.eventloop.examples.guide;

import java.io.PrintStream;

/** The program behind one chapter. */
@FunctionalInterface
interface Experiment {
    /**
     * Prints its figures.
     *
     * @param scale the amount of work, in percent of that behind the chapter's figures
     */
    void run(PrintStream out, int scale) throws Exception;
}
