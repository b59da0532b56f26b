package dev.eventloop.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A wrong argument gets a sentence that says what would be right, before anything is measured. */
@Tag("fast")
class WrongArgumentsAreExplainedTest {
    @Test
    @DisplayName("a part that does not exist")
    void noSuchPart() {
        StringWriter said = new StringWriter();
        int exit =
                new CommandLine(new Main())
                        .setErr(new PrintWriter(said, true))
                        .execute("--quick", "loop", "Loop");
        assertThat(exit).isEqualTo(2);
        assertThat(said.toString())
                .startsWith("there is no part \"Loop\"; the parts are loop, jmh, published");
    }
}
