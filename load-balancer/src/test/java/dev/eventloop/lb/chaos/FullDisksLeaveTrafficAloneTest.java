package dev.eventloop.lb.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log has no room, again and again: whole lines or none, and traffic goes on. */
@Tag("chaos")
class FullDisksLeaveTrafficAloneTest {
    private static final Pattern DROPPED = Pattern.compile("(\\d+) lines of the access log were");
    private static final int BLOCK = 4096;

    /** Of the conversations of {@link Recovery}, which come after the trouble. */
    private static final int LAST = 20;

    @TempDir private Path folder;

    private interface Trouble {
        void set(boolean full) throws Exception;
    }

    @BeforeEach
    void needsLinux() {
        Trial.needsLinux();
    }

    @Test
    @DisplayName("a file system that is full, and has room again")
    void fileSystemIsFull() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        try (Disk mounted = Disk.mount(disk);
                BackendProcess a = BackendProcess.start('A');
                BackendProcess b = BackendProcess.start('B');
                Trial trial = over(disk.resolve("access.log"), a, b)) {
            makeTrouble(trial, mounted::fill);
        }
    }

    @Test
    @DisplayName("a limit of the size of files, RLIMIT_FSIZE, that is lowered and raised")
    void fileIsAtItsLimit() throws Exception {
        Path log = folder.resolve("access.log");
        try (BackendProcess a = BackendProcess.start('A');
                BackendProcess b = BackendProcess.start('B');
                Trial trial = over(log, a, b)) {
            makeTrouble(
                    trial,
                    full -> {
                        long room = trial.random().nextInt(3 * BLOCK);
                        String limit = full ? Long.toString(Files.size(log) + room) : "unlimited";
                        Limits.set(trial.lb(), "fsize", limit);
                    });
        }
    }

    private Trial over(Path log, BackendProcess a, BackendProcess b) throws Exception {
        return Trial.startBy("exec \"$@\"", folder, log, List.of(a, b));
    }

    private static void makeTrouble(Trial trial, Trouble trouble) throws Exception {
        trial.traffic().start();
        while (trial.goesOn()) {
            trouble.set(true);
            trial.pause(500, 3_000);
            trouble.set(false);
            trial.pause(100, 2_000);
        }
        trial.recover();
        List<Account> accounts = trial.traffic().accounts();
        List<LogLine> lines = trial.lines();
        assertThat(lines.subList(lines.size() - 2 * LAST, lines.size()))
                .as("the last lines, written when there was room again")
                .extracting(LogLine::clientPort)
                .containsAll(
                        accounts.subList(accounts.size() - LAST, accounts.size()).stream()
                                .map(Account::port)
                                .toList());
        int missing = Audit.ofSome(accounts, lines);
        assertThat(missing).isPositive();
        assertThat(dropped(trial)).isEqualTo(missing);
    }

    /** The sum of what the log calls dropped. */
    private static int dropped(Trial trial) {
        int sum = 0;
        for (String line : trial.lb().err()) {
            Matcher matcher = DROPPED.matcher(line);
            sum += matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
        }
        return sum;
    }
}
