package dev.eventloop.epoll;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.testkit.SystemEventsContract;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Tag;

/** The exit of a process is reported without pidfd_open too, that is, before Linux 5.3. */
@Tag("real")
final class ExitsWithoutPidfdTest extends SystemEventsContract {
    @Override
    protected EventLoop newLoop() {
        return EventLoop.create(EventLoopOptions.defaults().backend("epoll"));
    }

    @Override
    protected LibC libc() {
        LibC real = LibC.system();
        return (LinuxLibC)
                Proxy.newProxyInstance(
                        LinuxLibC.class.getClassLoader(),
                        new Class<?>[] {LinuxLibC.class},
                        (proxy, method, arguments) ->
                                method.getName().equals("pidfdOpen")
                                        ? -Errno.ENOSYS
                                        : method.invoke(real, arguments));
    }
}
