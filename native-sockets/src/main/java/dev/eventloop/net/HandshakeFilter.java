package dev.eventloop.net;

import dev.eventloop.libc.NativeMemory;
import java.nio.ByteBuffer;

/**
 * A socket filter that drops TCP segments with SYN and without ACK, which start a handshake. It is
 * classic BPF, see Documentation/networking/filter.rst of the kernel. On a TCP socket its offset 0
 * is the TCP header.
 */
final class HandshakeFilter {
    /** {@code sizeof(struct sock_fprog)}: a 16-bit count, padding, a pointer. */
    static final int SIZE = 16;

    private static final int LOAD_BYTE = 0x30; // BPF_LD | BPF_B | BPF_ABS
    private static final int AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
    private static final int JUMP_IF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private static final int RETURN = 0x06; // BPF_RET | BPF_K

    private static final int TCP_FLAGS = 13;
    private static final int SYN = 0x02;
    private static final int SYN_AND_ACK = 0x12;
    private static final int DROP = 0;
    private static final int WHOLE_SEGMENT = -1;

    private HandshakeFilter() {}

    /** A {@code struct sock_fprog}, followed by the instructions that it points to. */
    static NativeMemory program() {
        NativeMemory memory = NativeMemory.allocate(SIZE + 5 * Long.BYTES);
        ByteBuffer program = memory.buffer();
        program.putShort((short) 5).position(Long.BYTES);
        program.putLong(memory.address() + SIZE);
        instruction(program, LOAD_BYTE, 0, TCP_FLAGS);
        instruction(program, AND, 0, SYN_AND_ACK);
        instruction(program, JUMP_IF_EQUAL, 1, SYN); // skips the next instruction
        instruction(program, RETURN, 0, WHOLE_SEGMENT);
        instruction(program, RETURN, 0, DROP);
        return memory;
    }

    /** {@code struct sock_filter}: code, jump if true, jump if false, operand. */
    private static void instruction(ByteBuffer program, int code, int ifTrue, int operand) {
        program.putShort((short) code).put((byte) ifTrue).put((byte) 0).putInt(operand);
    }
}
