package dev.eventloop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Options override the system property, which overrides the preference. */
@Timeout(60)
@Tag("fast")
final class BackendChoiceTest {
    private static final String PROPERTY = "eventloop.backend";
    private static final String ALL =
            "epoll (backend-epoll is not on the class path), "
                    + "kqueue (backend-kqueue is not on the class path), "
                    + "poll (backend-poll is not on the class path), "
                    + "select (available), memory (available), absent (it is only a test), "
                    + "full (available)";

    private final EventLoopOptions defaults = EventLoopOptions.defaults();

    @AfterEach
    void clearProperty() {
        System.clearProperty(PROPERTY);
    }

    private static String chosen(EventLoopOptions options) {
        try (EventLoop loop = EventLoop.create(options)) {
            return loop.backendName();
        }
    }

    @Test
    void theBestThatIsUsableIsTaken() {
        assertThat(chosen(defaults)).isEqualTo("select");
        try (EventLoop loop = EventLoop.create()) {
            assertThat(loop.backendName()).isEqualTo("select");
        }
    }

    @Test
    void backendsListsAllInTheOrderOfPreference() {
        assertThat(EventLoop.backends().stream().map(BackendInfo::name))
                .containsExactly("epoll", "kqueue", "poll", "select", "memory", "absent", "full");
        assertThat(EventLoop.backends())
                .contains(
                        new BackendInfo("select", true, ""),
                        new BackendInfo("absent", false, "it is only a test"),
                        new BackendInfo("poll", false, "backend-poll is not on the class path"));
    }

    @Test
    void theOptionsNameOne() {
        assertThat(chosen(defaults.backend("memory"))).isEqualTo("memory");
    }

    @Test
    void thePropertyNamesOneAndTheOptionsComeFirst() {
        System.setProperty(PROPERTY, "memory");
        assertThat(chosen(defaults)).isEqualTo("memory");
        assertThat(chosen(defaults.backend("select"))).isEqualTo("select");
    }

    @Test
    void thePropertyTakesAListInTheOrderOfPreference() {
        System.setProperty(PROPERTY, "nosuch, absent ,memory,select");
        assertThat(chosen(defaults)).isEqualTo("memory");
    }

    @Test
    void aBlankPropertyIsNone() {
        System.setProperty(PROPERTY, " ");
        assertThat(chosen(defaults)).isEqualTo("select");
    }

    @Test
    void anUnknownNameIsRefusedWithTheListOfAll() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventLoop.create(defaults.backend("nosuch")))
                .withMessage(
                        "event backend \"nosuch\" names no backend that is usable here; there are: "
                                + ALL);
    }

    @Test
    void anUnusableOneIsRefusedToo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventLoop.create(defaults.backend("absent")))
                .withMessageContaining("\"absent\"")
                .withMessageContaining(ALL);
    }

    @Test
    void aListWithoutAnyUsableOneIsRefusedAndSaysWhereItCameFrom() {
        System.setProperty(PROPERTY, "nosuch,absent");
        assertThatIllegalArgumentException()
                .isThrownBy(EventLoop::create)
                .withMessage(
                        "system property eventloop.backend \"nosuch,absent\" names no backend that"
                                + " is usable here; there are: "
                                + ALL);
    }

    @Test
    void whatTheKernelRefusesIsTold() {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> EventLoop.create(defaults.backend("full")))
                .withMessage("cannot open event backend full: too many open files (EMFILE)");
    }

    @Test
    void maxEventsReachesTheBackend() {
        EventLoop.create(defaults.backend("memory").maxEvents(33)).close();
        assertThat(TestProviders.Memory.maxEvents).isEqualTo(33);
        EventLoop.create(defaults.backend("memory")).close();
        assertThat(TestProviders.Memory.maxEvents).isEqualTo(EventLoopOptions.DEFAULT_MAX_EVENTS);
    }

    @Test
    void aThreadWithoutAContextLoaderFindsThemToo() throws Exception {
        String[] name = new String[1];
        Thread thread = new Thread(() -> name[0] = chosen(defaults));
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        thread.start();
        thread.join();
        assertThat(name[0]).isEqualTo("select");
    }
}
