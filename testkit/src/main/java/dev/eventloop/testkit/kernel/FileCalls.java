package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * System calls on descriptors of any kind, on pipes and on regular files. Each call holds the
 * world's lock.
 */
abstract class FileCalls implements LibC {
    private static final int FD_PAIR = 2 * Integer.BYTES;

    final World world;
    final UserProcess process;

    FileCalls(World world, KernelOptions options) {
        this.world = world;
        this.process = new UserProcess(world, options);
    }

    @Override
    public int pipe(long fdsAddress) {
        synchronized (world) {
            Pipe pipe = new Pipe(world);
            return addBoth("pipe", pipe.reader, pipe.writer, fdsAddress);
        }
    }

    final int addBoth(String call, OpenFile first, OpenFile second, long fdsAddress) {
        if (!process.table.hasRoomFor(2)) {
            return process.trace.result(call, -Errno.EMFILE);
        }
        ByteBuffer fds = NativeMemory.view(fdsAddress, FD_PAIR);
        fds.putInt(0, process.table.add(first));
        fds.putInt(Integer.BYTES, process.table.add(second));
        process.trace.line(call + " fds " + fds.getInt(0) + ", " + fds.getInt(Integer.BYTES));
        return 0;
    }

    @Override
    public int open(long pathAddress) {
        synchronized (world) {
            String path = text(pathAddress);
            byte[] content = world.files.get(path);
            int fault = content == null ? -Errno.ENOENT : process.resourceFault();
            int result = fault < 0 ? fault : process.table.add(new PlainFile(world, content));
            return process.trace.result("open " + path, result);
        }
    }

    private static String text(long address) {
        int length = 0;
        while (NativeMemory.view(address + length, 1).get(0) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        NativeMemory.view(address, length).get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public int fstat(int fd, long factsAddress) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            if (file != null) {
                file.facts(NativeMemory.view(factsAddress, FACTS_SIZE));
            }
            return process.trace.result("fstat", fd, file == null ? -Errno.EBADF : 0);
        }
    }

    @Override
    public int pread(int fd, long address, int length, long offset) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            int result =
                    file instanceof PlainFile plain
                            ? plain.read(NativeMemory.view(address, length), offset)
                            : file == null ? -Errno.EBADF : -Errno.EINVAL;
            return process.trace.result("pread", fd, length, process.moved(result, false));
        }
    }

    @Override
    public int read(int fd, long address, int length) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            int result =
                    file == null
                            ? -Errno.EBADF
                            : file.read(NativeMemory.view(address, process.chance.shorten(length)));
            return process.trace.result("read", fd, length, process.moved(result, false));
        }
    }

    @Override
    public int write(int fd, long address, int length) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            int result =
                    file == null ? -Errno.EBADF : file.write(NativeMemory.view(address, length));
            return process.trace.result("write", fd, length, process.moved(result, false));
        }
    }

    @Override
    public int close(int fd) {
        synchronized (world) {
            return process.trace.result("close", fd, process.changed(process.table.close(fd)));
        }
    }

    @Override
    public int checkPollable(int fd) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            if (file == null) {
                return -Errno.EBADF;
            }
            return file.isPollable() ? 0 : -Errno.EPERM;
        }
    }
}
