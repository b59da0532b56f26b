/**
 * System calls. {@link dev.eventloop.libc.LibC} has those of POSIX, {@link
 * dev.eventloop.libc.LinuxLibC} those that Linux adds, {@link dev.eventloop.libc.BsdLibC} those
 * that macOS and the BSDs add; package-private classes bind libc through JNR. The differences
 * between systems are in {@link dev.eventloop.libc.OperatingSystem} and {@code BsdTraits}. No class
 * outside this package loads a native library. Classes that need the kernel take a LibC as a
 * parameter, so that tests can pass a simulated one.
 *
 * <p>Hot calls have at most five parameters, all of them integers: for those JNR generates machine
 * code stubs. On x86-64 a stub corrupts a sixth integer argument (jnr-ffi#181).
 */
package dev.eventloop.libc;
