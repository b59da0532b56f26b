package dev.eventloop.libc;

import java.util.stream.Collectors;
import jnr.ffi.LibraryLoader;

/** Makes this machine's {@link LibC} once, when it is first asked for. */
final class SystemLibC {
    private SystemLibC() {}

    static LibC get() {
        return OperatingSystem.current() == OperatingSystem.LINUX ? Linux.INSTANCE : Bsd.INSTANCE;
    }

    /**
     * Where the symbols of libc are, as JNR is told. On Linux it would look for a library called
     * "c" in every folder that might have it, which takes 15 ms; the process has one already, glibc
     * or musl.
     */
    static String libraryOfTheProcess() {
        return OperatingSystem.current() == OperatingSystem.LINUX
                ? LibraryLoader.DEFAULT_LIBRARY
                : "c";
    }

    /** As {@link BsdLibC#unavailableBecause} promises. */
    static String noKqueueBecause() {
        String unbound = OperatingSystem.unavailableBecause();
        if (unbound != null || OperatingSystem.current() != OperatingSystem.LINUX) {
            return unbound;
        }
        return Linux.INSTANCE instanceof BsdLibC ? null : Linux.noKqueueBecause;
    }

    private static final class Linux {
        static String noKqueueBecause;
        static final LinuxLibC INSTANCE = make();

        private static LinuxLibC make() {
            String library = System.getProperty(LibkqueueLibC.PROPERTY, "");
            if (library.isBlank()) {
                noKqueueBecause =
                        "Linux has none, and the system property "
                                + LibkqueueLibC.PROPERTY
                                + " names no library that brings one";
                return new LinuxNativeLibC();
            }
            try {
                return new LibkqueueLibC(library);
            } catch (UnsatisfiedLinkError e) {
                noKqueueBecause =
                        "the library \""
                                + library
                                + "\" of the system property "
                                + LibkqueueLibC.PROPERTY
                                + " cannot be used, kqueue and kevent are what it must have: "
                                + inOneLine(e);
                return new LinuxNativeLibC();
            }
        }
    }

    /** JNR tells where it has looked, in a list. */
    private static String inOneLine(UnsatisfiedLinkError e) {
        return String.valueOf(e.getMessage())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static final class Bsd {
        static final BsdLibC INSTANCE = new BsdNativeLibC(BsdTraits.of(OperatingSystem.current()));
    }
}
