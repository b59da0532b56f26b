package dev.eventloop.libc;

/** Makes this machine's {@link LibC} once, when it is first asked for. */
final class SystemLibC {
    private SystemLibC() {}

    static LibC get() {
        return OperatingSystem.current() == OperatingSystem.LINUX ? Linux.INSTANCE : Bsd.INSTANCE;
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
                                + e.getMessage();
                return new LinuxNativeLibC();
            }
        }
    }

    private static final class Bsd {
        static final BsdLibC INSTANCE = new BsdNativeLibC(BsdTraits.of(OperatingSystem.current()));
    }
}
