package dev.eventloop.libc;

import java.util.stream.Collectors;
import jnr.ffi.LibraryLoader;

/** Creates the {@link LibC} of this machine on first use. */
final class SystemLibC {
    private SystemLibC() {}

    /** Implements {@link LibC#system}. */
    static LibC get() {
        String why = unavailableBecause();
        if (why != null) {
            throw new UnsupportedOperationException(why);
        }
        return Loaded.LIBC;
    }

    /** Implements {@link LibC#unavailableBecause}. */
    static String unavailableBecause() {
        String unbound = OperatingSystem.unavailableBecause();
        return unbound != null ? unbound : Loaded.failedBecause;
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
        String why = unavailableBecause();
        return why != null || Loaded.LIBC instanceof BsdLibC ? why : Linux.noKqueueBecause;
    }

    /** The attempt to load JNR's native library is made once: a JVM does not repeat it either. */
    private static final class Loaded {
        static String failedBecause;
        static final LibC LIBC = load();

        private static LibC load() {
            try {
                return OperatingSystem.current() == OperatingSystem.LINUX
                        ? Linux.make()
                        : new BsdNativeLibC(BsdTraits.of(OperatingSystem.current()));
            } catch (LinkageError e) {
                failedBecause =
                        "the native library of JNR cannot be loaded ("
                                + inOneLine(rootOf(e))
                                + "); let -Djffi.extract.dir name a folder that it can be unpacked"
                                + " into and that is not mounted noexec";
                return null;
            }
        }
    }

    private static final class Linux {
        static String noKqueueBecause;

        static LinuxLibC make() {
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
    private static String inOneLine(Throwable e) {
        return String.valueOf(e.getMessage())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static Throwable rootOf(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
