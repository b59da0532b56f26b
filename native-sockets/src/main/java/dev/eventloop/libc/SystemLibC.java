package dev.eventloop.libc;

/** Makes this machine's {@link LibC} once, when it is first asked for. */
final class SystemLibC {
    private SystemLibC() {}

    static LibC get() {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new UnsupportedOperationException(
                    "no C library is bound for "
                            + System.getProperty("os.name")
                            + " yet; this release runs on Linux");
        }
        return Linux.INSTANCE;
    }

    private static final class Linux {
        static final LinuxLibC INSTANCE = new LinuxNativeLibC();
    }
}
