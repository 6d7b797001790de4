# The program of the demo's images: a web server in a few hundred bytes, so that real containers need neither a download nor a compiler.
# It reads PORT from its environment as Cloud Run demands, answers every request with one text, and ends at once on SIGTERM.
# With 'fail' at the start of the text it exits with 1 instead, as a program does whose start-up goes wrong. With a number in 'fails' every
# so-many-th request is answered 500, the first of them included.
# hello.elf beside it is this file, assembled; a test assembles it again and compares:
#   as --64 -o hello.o hello.s && ld -N -s --build-id=none -z noseparate-code -o hello.elf hello.o

        .intel_syntax noprefix
        .globl  _start
        .text
_start:
        cmp     dword ptr [rip + text], 0x6c696166      # 'fail'
        jne     find_port
        mov     edi, 1
exit:
        mov     eax, 60
        syscall

find_port:
        mov     rcx, [rsp]                      # argc; argv and a null follow it, then the environment
        lea     rsi, [rsp + rcx*8 + 16]
        mov     r12d, 8080
next_variable:
        mov     rdi, [rsi]
        add     rsi, 8
        test    rdi, rdi
        jz      listen
        cmp     dword ptr [rdi], 0x54524f50     # 'PORT'
        jne     next_variable
        cmp     byte ptr [rdi + 4], 0x3d        # '='
        jne     next_variable
        add     rdi, 5
        xor     r12d, r12d
digit:
        movzx   eax, byte ptr [rdi]
        inc     rdi
        sub     eax, 0x30                       # '0'
        cmp     eax, 9
        ja      listen
        imul    r12d, r12d, 10
        add     r12d, eax
        jmp     digit

listen:
        mov     eax, 13                         # rt_sigaction(SIGTERM): the first process of a container ignores it otherwise
        mov     edi, 15
        lea     rsi, [rip + action]
        xor     edx, edx
        mov     r10d, 8
        syscall
        mov     eax, 41                         # socket(AF_INET, SOCK_STREAM, 0)
        mov     edi, 2
        mov     esi, 1
        xor     edx, edx
        syscall
        mov     ebx, eax
        mov     eax, 54                         # setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        mov     edi, ebx
        mov     esi, 1
        mov     edx, 2
        lea     r10, [rip + one]
        mov     r8d, 4
        syscall
        rol     r12w, 8                         # the port in network order
        push    0
        shl     r12d, 16
        or      r12d, 2                         # AF_INET, port, 0.0.0.0
        push    r12
        mov     eax, 49                         # bind
        mov     edi, ebx
        mov     rsi, rsp
        mov     edx, 16
        syscall
        test    eax, eax
        mov     edi, 2
        js      exit
        mov     eax, 50                         # listen(128)
        mov     edi, ebx
        mov     esi, 128
        syscall
        sub     rsp, 4096
        xor     r13d, r13d                      # requests until the next that is answered 500

accept:
        mov     eax, 43                         # accept
        mov     edi, ebx
        xor     esi, esi
        xor     edx, edx
        syscall
        test    eax, eax
        js      accept
        mov     ebp, eax
        mov     eax, 54                         # setsockopt(SOL_SOCKET, SO_RCVTIMEO, 2 s): a silent caller must not stop the others
        mov     edi, ebp
        mov     esi, 1
        mov     edx, 20
        lea     r10, [rip + two_seconds]
        mov     r8d, 16
        syscall
        mov     eax, 0                          # read the request; nothing in it matters
        mov     edi, ebp
        mov     rsi, rsp
        mov     edx, 4096
        syscall
        test    rax, rax
        jle     close
        lea     rsi, [rip + good]
        mov     edx, offset good_length
        mov     eax, dword ptr [rip + fails]
        test    eax, eax
        jz      status
        dec     r13d
        jns     status
        lea     r13d, [rax - 1]
        lea     rsi, [rip + bad]
        mov     edx, offset bad_length
status:
        mov     eax, 44                         # sendto(…, MSG_NOSIGNAL | MSG_MORE)
        mov     edi, ebp
        mov     r10d, 0xc000
        xor     r8d, r8d
        xor     r9d, r9d
        syscall
        mov     eax, 44                         # sendto(…, MSG_NOSIGNAL)
        mov     edi, ebp
        lea     rsi, [rip + answer]
        mov     edx, offset answer_length
        mov     r10d, 0x4000
        xor     r8d, r8d
        xor     r9d, r9d
        syscall
        mov     eax, 48                         # shutdown(SHUT_WR)
        mov     edi, ebp
        mov     esi, 1
        syscall
close:
        mov     eax, 3
        mov     edi, ebp
        syscall
        jmp     accept

terminate:
        xor     edi, edi
        jmp     exit

        .balign 8
action: .quad   terminate, 0x04000000, terminate, 0     # handler, SA_RESTORER, restorer, mask
two_seconds:
        .quad   2, 0
one:    .long   1
good:   .ascii  "HTTP/1.1 200 OK\r\n"
        .set    good_length, . - good
bad:    .ascii  "HTTP/1.1 500 Internal Server Error\r\n"
        .set    bad_length, . - bad
answer: .ascii  "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 64\r\nConnection: close\r\n\r\n"
text:   .ascii  "________________________________________________________________"
        .set    answer_length, . - answer
fails:  .long   0
