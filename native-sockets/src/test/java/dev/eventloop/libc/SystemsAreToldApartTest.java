package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import jnr.constants.Constant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each system is recognized by its name, and jnr-constants has its constants. */
@Timeout(60)
@Tag("fast")
final class SystemsAreToldApartTest {
    private static final Map<OperatingSystem, String> NAMES =
            Map.of(
                    OperatingSystem.LINUX, "Linux",
                    OperatingSystem.MACOS, "Mac OS X",
                    OperatingSystem.FREEBSD, "FreeBSD",
                    OperatingSystem.OPENBSD, "OpenBSD",
                    OperatingSystem.DRAGONFLY, "DragonFlyBSD");

    /** The package of each system in jnr-constants. */
    private static final Map<OperatingSystem, String> TABLES =
            Map.of(
                    OperatingSystem.LINUX, "linux",
                    OperatingSystem.MACOS, "darwin",
                    OperatingSystem.FREEBSD, "freebsd",
                    OperatingSystem.OPENBSD, "openbsd",
                    OperatingSystem.DRAGONFLY, "dragonflybsd");

    @Test
    void byWhatTheJvmCallsThem() {
        assertThat(NAMES).containsOnlyKeys(OperatingSystem.values());
        NAMES.forEach(
                (system, name) -> {
                    assertThat(OperatingSystem.of(name, "64")).isEqualTo(system);
                    assertThat(OperatingSystem.unavailableBecause(name, "64")).isNull();
                });
        assertThat(OperatingSystem.current())
                .isEqualTo(OperatingSystem.of(System.getProperty("os.name"), "64"));
    }

    @Test
    void othersGetASentence() {
        Map<String, String> reasons =
                Map.of(
                        "Windows 11", "WSL 2",
                        "Windows Server 2025", "WSL 2",
                        "NetBSD", "JNR has no native library for NetBSD",
                        "SunOS", "the C library of SunOS is not bound",
                        "AIX", "the C library of AIX is not bound",
                        "Plan 9", "the C library of Plan 9 is not bound");
        reasons.forEach(
                (name, reason) -> {
                    assertThat(OperatingSystem.unavailableBecause(name, "64"))
                            .contains(reason)
                            .contains("Linux, macOS, FreeBSD, OpenBSD and DragonFly BSD");
                    assertThatExceptionOfType(UnsupportedOperationException.class)
                            .isThrownBy(() -> OperatingSystem.of(name, "64"))
                            .withMessageContaining(reason);
                });
        assertThat(OperatingSystem.unavailableBecause("Linux", "32")).contains("64");
    }

    @Test
    void pollTellsAHalfCloseWhereTheHeadersSaySo() {
        assertThat(OperatingSystem.LINUX.pollReadHangUp("6.1.0")).isEqualTo(0x2000);
        assertThat(OperatingSystem.FREEBSD.pollReadHangUp("14.0-RELEASE")).isEqualTo(0x4000);
        assertThat(OperatingSystem.FREEBSD.pollReadHangUp("15.1-STABLE")).isEqualTo(0x4000);
        for (String version : List.of("13.2-RELEASE", "9.0", "", "unknown")) {
            assertThat(OperatingSystem.FREEBSD.pollReadHangUp(version)).isZero();
        }
        assertThat(OperatingSystem.MACOS.pollReadHangUp("26.1")).isZero();
        assertThat(OperatingSystem.OPENBSD.pollReadHangUp("7.8")).isZero();
        assertThat(OperatingSystem.DRAGONFLY.pollReadHangUp("6.4-RELEASE")).isZero();
    }

    @Test
    void pollTakesAnyNumberButOnMacos() {
        for (OperatingSystem system : OperatingSystem.values()) {
            assertThat(system.maxPollFds())
                    .isEqualTo(system == OperatingSystem.MACOS ? 10_240 : Integer.MAX_VALUE);
        }
    }

    @Test
    void jnrConstantsHasTheErrnosThatAreUsedOfEach() throws Exception {
        for (OperatingSystem system : OperatingSystem.values()) {
            for (Field field : Errno.class.getFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    assertThat(value(system, "Errno", field.getName()))
                            .as(system + " " + field.getName())
                            .isPositive();
                }
            }
        }
    }

    @Test
    void jnrConstantsHasTheFamiliesAndOptionsThatAreUsedOfEach() throws Exception {
        Map<OperatingSystem, Integer> inet6 =
                Map.of(
                        OperatingSystem.LINUX, 10,
                        OperatingSystem.MACOS, 30,
                        OperatingSystem.FREEBSD, 28,
                        OperatingSystem.OPENBSD, 24,
                        OperatingSystem.DRAGONFLY, 28);
        for (OperatingSystem system : OperatingSystem.values()) {
            boolean linux = system == OperatingSystem.LINUX;
            assertThat(value(system, "AddressFamily", "AF_UNIX")).isEqualTo(1);
            assertThat(value(system, "AddressFamily", "AF_INET")).isEqualTo(2);
            assertThat(value(system, "AddressFamily", "AF_INET6")).isEqualTo(inet6.get(system));
            assertThat(value(system, "SocketLevel", "SOL_SOCKET")).isEqualTo(linux ? 1 : 0xffff);
            assertThat(value(system, "SocketOption", "SO_REUSEADDR")).isEqualTo(linux ? 2 : 4);
            assertThat(value(system, "SocketOption", "SO_ERROR")).isEqualTo(linux ? 4 : 0x1007);
            assertThat(value(system, "SocketOption", "SO_LINGER")).isEqualTo(linux ? 13 : 0x80);
            assertThat(value(system, "SocketOption", "SO_KEEPALIVE")).isEqualTo(linux ? 9 : 8);
            assertThat(value(system, "SocketOption", "SO_RCVBUF")).isEqualTo(linux ? 8 : 0x1002);
            assertThat(value(system, "SocketOption", "SO_SNDBUF")).isEqualTo(linux ? 7 : 0x1001);
            assertThat(value(system, "RLIMIT", "RLIMIT_NOFILE")).isEqualTo(linux ? 7 : 8);
            assertThat(value(system, "Sock", "SOCK_STREAM")).isEqualTo(SocketConstants.SOCK_STREAM);
            assertThat(value(system, "TCP", "TCP_NODELAY")).isEqualTo(SocketConstants.TCP_NODELAY);
            assertThat(value(system, "Shutdown", "SHUT_WR")).isEqualTo(SocketConstants.SHUT_WR);
        }
    }

    /** Two independent sources agree. */
    @Test
    void ourNumbersAgreeWithThoseOfJnrConstants() throws Exception {
        for (OperatingSystem system :
                List.of(
                        OperatingSystem.FREEBSD,
                        OperatingSystem.OPENBSD,
                        OperatingSystem.DRAGONFLY)) {
            int closeOnExec = value(system, "OpenFlags", "O_CLOEXEC");
            int nonBlocking = value(system, "OpenFlags", "O_NONBLOCK");
            assertThat(BsdTraits.of(system).pipeFlags()).isEqualTo(closeOnExec | nonBlocking);
        }
        assertThat(BsdTraits.MACOS.noSignalOption())
                .isEqualTo(value(OperatingSystem.MACOS, "SocketOption", "SO_NOSIGPIPE"));
        for (OperatingSystem system : List.of(OperatingSystem.LINUX, OperatingSystem.DRAGONFLY)) {
            assertThat(system.reusePortOption())
                    .isEqualTo(value(system, "SocketOption", "SO_REUSEPORT"));
        }
    }

    /**
     * Each BSD has a way to make a new fd close-on-exec and non-blocking, and writes without
     * SIGPIPE.
     */
    @Test
    void eachCanKeepThePromisesOfLibC() {
        for (OperatingSystem system : OperatingSystem.values()) {
            if (system == OperatingSystem.LINUX) {
                continue;
            }
            BsdTraits traits = BsdTraits.of(system);
            assertThat(traits.socketFlags() == 0).isEqualTo(traits.pipeFlags() == 0);
            assertThat(Integer.bitCount(traits.socketFlags())).isIn(0, 2);
            assertThat(traits.noSignalFlag() == 0).isNotEqualTo(traits.noSignalOption() == 0);
            assertThat(traits.symbol("select")).isEqualTo(traits.selectSymbol());
            assertThat(traits.symbol("connect")).isEqualTo("connect");
            assertThat(system.mapAnonymous()).isEqualTo(0x1000);
        }
        assertThat(BsdTraits.MACOS.selectSymbol()).isEqualTo("select$DARWIN_EXTSN");
        // _IOR('f', 119, int), _IO('f', 1) and _IOW('f', 126, int) of sys/ioccom.h
        assertThat(BsdTraits.FREEBSD.unsentRequest())
                .isEqualTo(0x4000_0000L | Integer.BYTES << 16 | 'f' << 8 | 119);
        assertThat(BsdTraits.MACOS.closeOnExecRequest()).isEqualTo(0x2000_0000L | 'f' << 8 | 1);
        assertThat(BsdTraits.MACOS.nonBlockingRequest())
                .isEqualTo(0x8000_0000L | Integer.BYTES << 16 | 'f' << 8 | 126);
    }

    private static int value(OperatingSystem system, String table, String name) throws Exception {
        Class<?> type = Class.forName("jnr.constants.platform." + TABLES.get(system) + "." + table);
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return ((Constant) constant).intValue();
            }
        }
        throw new AssertionError(type + " has no " + name);
    }
}
