/**
 * The door to the kernel. {@link dev.eventloop.libc.LibC} is what POSIX has, {@link
 * dev.eventloop.libc.LinuxLibC} what Linux adds, {@link dev.eventloop.libc.BsdLibC} what macOS and
 * the BSDs add; the classes behind them bind libc through JNR. What differs from system to system
 * stands in {@link dev.eventloop.libc.OperatingSystem} and {@code BsdTraits}. No class outside this
 * package loads a native library, and whoever needs the kernel is handed a LibC, so that another
 * one, simulated, can be put in its place.
 *
 * <p>Hot calls take numbers only and have at most five parameters: that is what JNR turns into
 * machine code stubs, and a sixth integer argument is corrupted on x86-64 (jnr-ffi#181).
 */
package dev.eventloop.libc;
