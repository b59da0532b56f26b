package dev.eventloop.examples.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.JavaProgram;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The monitor refuses what it cannot use with a sentence. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class MonitorRefusesBadArgumentsTest {
    @ParameterizedTest
    @CsvSource({
        "https://localhost:1,the admin port speaks plain http",
        "http://localhost:1/admin,http://localhost:1/admin is not the URL of an admin port",
        "not an url,is not the URL of an admin port",
        "http://nowhere.invalid:1,nowhere.invalid does not resolve",
        "http://localhost:1 --interval=often,--interval often is not a valid time",
        "http://localhost:1 --interval=0s,--interval 0s is not a valid time",
        "http://localhost:1 --count=0,--count must be 1 or more",
        "http://localhost:1 --token-file=/nowhere,--token-file /nowhere cannot be read",
        "http://localhost:1 --token-file=/tmp,--token-file /tmp cannot be read",
        "http://localhost:65536,is not the URL of an admin port",
        "http://localhost:1 --frobnicate,'--frobnicate'"
    })
    @DisplayName("wrong arguments: exit code 2 and one sentence")
    void wrongArguments(String arguments, String sentence) throws Exception {
        String[] words =
                arguments.startsWith("not") ? new String[] {arguments} : arguments.split(" ", -1);
        try (JavaProgram monitor = JavaProgram.start(Main.class, words)) {
            assertThat(monitor.awaitExit()).as("%s", monitor).isEqualTo(2);
            assertThat(monitor.out()).isEmpty();
            assertThat(monitor.err()).singleElement().asString().contains(sentence);
        }
    }
}
