package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.SteppedPeer.End;
import dev.eventloop.lb.fixture.Logged;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.testkit.kernel.KernelOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A Throwable comes out of a system call that is made for a connection: of each in turn, from the
 * dial to the close. That connection ends, nothing of it is left, and the others get their bytes.
 */
@Tag("fast")
class ThrowablesEndOneConnectionTest {
    private static final int CLIENTS = 4;
    private static final int MAX_CLIENTS = 1000;
    private static final int SOCKET_BUFFER = 16 * 1024;
    private static final Duration HALF_CLOSE = Duration.ofSeconds(2);

    private static final List<Supplier<Throwable>> KINDS =
            List.of(
                    () -> new StackOverflowError("a test"),
                    () -> new AssertionError("a test"),
                    () -> new IllegalStateException("a test"));

    /** What a client got, and how it ended. */
    private record Received(String bytes, End end) {}

    /** Instead of a stack on the console for each. */
    private final Logged log = Logged.by(LoadBalancer.class.getPackageName());

    private SteppedScene scene;
    private final List<String> calls = new ArrayList<>();

    /** Whether the load balancer runs; the calls of its start are not counted. */
    private boolean hasStarted;

    /** Which call throws; 0 for none. */
    private int throwing;

    private Throwable thrown;

    @AfterEach
    void restoreLog() {
        log.close();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("whatever it is, and whichever call it comes from")
    void fromAnyCall(Splice splice) throws Exception {
        List<Received> undisturbed = play(splice);
        List<String> names = List.copyOf(calls);
        List<String> problems = new ArrayList<>();
        for (int call = 1; call <= names.size(); call++) {
            throwing = call;
            thrown = KINDS.get(call % KINDS.size()).get();
            try {
                List<Received> received = play(splice);
                compare(undisturbed, received, isOfReset(call));
            } catch (Throwable e) {
                problems.add(names.get(call - 1) + ", call " + call + ", throws: " + e);
            }
        }
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("from any call while all are closed, which closes the others all the same")
    void whileAllAreClosed(Splice splice) throws Exception {
        killAll(splice);
        List<String> names = List.copyOf(calls);
        List<String> problems = new ArrayList<>();
        for (int call = 1; call <= names.size(); call++) {
            throwing = call;
            thrown = KINDS.get(call % KINDS.size()).get();
            try {
                killAll(splice);
            } catch (Throwable e) {
                problems.add(names.get(call - 1) + ", call " + call + ", throws: " + e);
            }
        }
        assertThat(problems).isEmpty();
    }

    private void killAll(Splice splice) throws Exception {
        open(splice);
        for (int i = 0; i < CLIENTS; i++) {
            scene.client().send("question");
            scene.turn();
            scene.backend().fill('x');
        }
        hasStarted = true;
        calls.clear();
        scene.kill();
        checkNothingIsLeft();
        closeScene();
    }

    /** Whether this call was to make the close after it a reset; without it, it sends a FIN. */
    private boolean isOfReset(int call) {
        return call < calls.size()
                && calls.get(call - 1).equals("setsockopt")
                && calls.get(call).equals("close");
    }

    private static void compare(
            List<Received> undisturbed, List<Received> received, boolean mayBeFin) {
        int disturbed = 0;
        for (int i = 0; i < CLIENTS; i++) {
            boolean same = received.get(i).equals(undisturbed.get(i));
            disturbed += same ? 0 : 1;
            assertThat(undisturbed.get(i).bytes).startsWith(received.get(i).bytes);
            assertThat(same || mayBeFin || received.get(i).end == End.RESET)
                    .as("client %d got all, or a reset: %s", i, received.get(i).end)
                    .isTrue();
        }
        assertThat(disturbed).as("clients that did not get all").isLessThanOrEqualTo(1);
    }

    /** Several connections that end in different ways, and one after them; what each client got. */
    private List<Received> play(Splice splice) throws Exception {
        open(splice);
        List<Received> received = new ArrayList<>();
        try {
            hasStarted = true;
            calls.clear();
            List<SteppedPeer> clients = new ArrayList<>();
            List<SteppedPeer> backends = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(scene.client().send("question"));
                scene.turn();
                int fd = scene.acceptIfAny();
                backends.add(fd < 0 ? null : new SteppedPeer(scene, fd));
            }
            for (int i = 0; i < CLIENTS; i++) {
                if (backends.get(i) != null) {
                    talk(i, clients.get(i), backends.get(i));
                }
            }
            for (SteppedPeer client : clients) {
                received.add(new Received(client.read(), client.end()));
                client.close();
            }
            scene.turn();
            scene.pause(HALF_CLOSE.multipliedBy(2));
            scene.turn();
            checkNothingIsLeft();
        } finally {
            hasStarted = false;
        }
        closeScene();
        return received;
    }

    private void open(Splice splice) throws Exception {
        hasStarted = false;
        scene = new SteppedScene(KernelOptions.defaults().socketBuffer(SOCKET_BUFFER));
        scene.openTcp(
                Unchecked.builder()
                        .splice(splice)
                        .sendProxyProtocol(ProxyProtocol.V2)
                        .halfCloseTimeout(HALF_CLOSE),
                throwingCalls());
    }

    private void closeScene() {
        hasStarted = false;
        scene.close();
        assertThat(scene.kernel().openFiles()).as("open files").isZero();
    }

    /** One way to end for each connection, with bytes that the client does not take at once. */
    private void talk(int i, SteppedPeer client, SteppedPeer backend) throws Exception {
        backend.read();
        backend.fill((char) ('a' + i));
        switch (i) {
            case 0 -> backend.halfClose();
            case 1 -> backend.reset();
            case 2 -> client.halfClose(); // and the backend stays silent
            default -> {}
        }
        scene.turn();
        client.read();
        if (i == 3) {
            client.fill('d');
            client.reset();
            backend.read();
        }
    }

    private void checkNothingIsLeft() {
        assertThat(scene.connectionsInUse()).as("connections").isZero();
        assertThat(scene.buffersInUse()).as("buffers").isZero();
        for (Frontend frontend : scene.lb().frontends()) {
            assertThat(frontend.counters().active()).as("active clients").isZero();
            assertThat(frontend.slots().free()).as("slots").isEqualTo(MAX_CLIENTS);
        }
        for (Backend backend : scene.lb().backends("default")) {
            assertThat(backend.active()).as("connections of the backend").isZero();
        }
        assertThat(scene.lb().watchedFds()).as("watched fds").isZero();
    }

    /** The kernel, whose call number {@link #throwing} throws; close(2) does so after it closed. */
    private LinuxLibC throwingCalls() {
        return (LinuxLibC)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {LinuxLibC.class},
                        (proxy, method, arguments) -> {
                            boolean counts = hasStarted && isOfConnection(method.getName());
                            if (counts) {
                                calls.add(method.getName());
                            }
                            boolean throwsNow = counts && throwing > 0 && calls.size() == throwing;
                            if (throwsNow && !method.getName().equals("close")) {
                                throw thrown;
                            }
                            Object result;
                            try {
                                result = method.invoke(scene.kernel(), arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                            if (throwsNow) {
                                throw thrown;
                            }
                            return result;
                        });
    }

    /** The others are those of the loop. */
    private static boolean isOfConnection(String call) {
        return !call.startsWith("epollWait")
                && !call.startsWith("epollPwait")
                && !call.equals("read")
                && !call.equals("write");
    }
}
