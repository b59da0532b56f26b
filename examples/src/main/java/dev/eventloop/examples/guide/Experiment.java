package dev.eventloop.examples.guide;

import java.io.PrintStream;

/** What a chapter tells of, tried. */
@FunctionalInterface
interface Experiment {
    /**
     * Prints its figures.
     *
     * @param scale how much is done, in percent of what the chapter's figures were measured with
     */
    void run(PrintStream out, int scale) throws Exception;
}
