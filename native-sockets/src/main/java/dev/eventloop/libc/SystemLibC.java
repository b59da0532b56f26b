package dev.eventloop.libc;

import java.util.stream.Collectors;
import jnr.ffi.LibraryLoader;

/** Creates the {@link LibC} of this machine on first use. */
final class SystemLibC {
    private SystemLibC() {}

    static LibC get() {
        return OperatingSystem.current() == OperatingSystem.LINUX ? Linux.INSTANCE : Bsd.INSTANCE;
    }

    /**
     * The library that JNR binds libc from. On Linux JNR would search every library folder for "c",
     * which takes 15 ms; the process has glibc or musl loaded already.
     */
    static String libraryOfTheProcess() {
        return OperatingSystem.current() == OperatingSystem.LINUX
                ? LibraryLoader.DEFAULT_LIBRARY
                : "c";
    }

    /** Implements {@link BsdLibC#unavailableBecause}. */
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
                        "Linux has no kqueue, and the system property "
                                + LibkqueueLibC.PROPERTY
                                + " names no library that implements one";
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

    /** JNR's message lists the searched folders, one per line. */
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
