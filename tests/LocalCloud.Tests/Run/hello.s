# A web server for container tests: listens on all addresses at $PORT, answers every request with 200, "K_REVISION GREETING",
# a line feed and the request itself, ends with 0 on SIGTERM.
# First argument "exit": says so and ends with 3; "hang": never listens; "env": ends with 0 when the second argument is a line of the
# environment, as "exit" when it is not.
# gcc -nostdlib -static -o hello hello.s      (x86-64, Linux)

    .intel_syntax noprefix
    .globl _start
    .text
_start:
    mov rdi, [rsp]                  # argc
    lea rbx, [rsp+8]                # argv
    cmp rdi, 2
    jl environment
    mov rax, [rbx+8]
    cmp word ptr [rax], 0x6e65      # "en"
    je look
    cmp byte ptr [rax], 'e'
    je leave
    cmp byte ptr [rax], 'h'
    je hang

environment:
    lea rbx, [rbx+rdi*8+8]          # envp
    lea r12, empty[rip]             # K_REVISION
    lea r13, empty[rip]             # GREETING
    lea r14, empty[rip]             # PORT
1:  mov rsi, [rbx]
    test rsi, rsi
    jz listen
    lea rdi, revision_is[rip]
    call after
    cmovnz r12, rax
    lea rdi, greeting_is[rip]
    call after
    cmovnz r13, rax
    lea rdi, port_is[rip]
    call after
    cmovnz r14, rax
    add rbx, 8
    jmp 1b

listen:
    mov eax, 13                     # rt_sigaction(SIGTERM): pid 1 would ignore it
    mov edi, 15
    lea rsi, at_sigterm[rip]
    xor edx, edx
    mov r10d, 8
    syscall
    xor eax, eax                    # the number in $PORT
2:  movzx ecx, byte ptr [r14]
    sub ecx, '0'
    cmp ecx, 9
    ja 3f
    imul eax, eax, 10
    add eax, ecx
    inc r14
    jmp 2b
3:  xchg al, ah                     # network order
    mov word ptr address[rip+2], ax
    mov eax, 41                     # socket(AF_INET, SOCK_STREAM, 0)
    mov edi, 2
    mov esi, 1
    xor edx, edx
    syscall
    mov r15, rax
    mov eax, 49                     # bind
    mov rdi, r15
    lea rsi, address[rip]
    mov edx, 16
    syscall
    test rax, rax
    js leave
    mov eax, 50                     # listen
    mov rdi, r15
    mov esi, 64
    syscall

serve:
    mov eax, 43                     # accept
    mov rdi, r15
    xor esi, esi
    xor edx, edx
    syscall
    mov rbp, rax
    xor eax, eax                    # read; nothing to read is a probe that only connects
    mov rdi, rbp
    lea rsi, request[rip]
    mov edx, 4096
    syscall
    test rax, rax
    jle 4f
    lea rsi, request[rip]
    mov byte ptr [rsi+rax], 0
    lea rsi, head[rip]
    call say
    mov rsi, r12
    call say
    lea rsi, space[rip]
    call say
    mov rsi, r13
    call say
    lea rsi, line[rip]
    call say
    lea rsi, request[rip]
    call say
4:  mov eax, 3                      # close
    mov rdi, rbp
    syscall
    jmp serve

# rsi begins with rdi: rax is what follows and ZF is clear; else ZF is set. Keeps rsi.
after:
    mov rax, rsi
5:  mov cl, [rdi]
    test cl, cl
    jz 6f
    cmp cl, [rax]
    jne 7f
    inc rax
    inc rdi
    jmp 5b
6:  test rax, rax
    ret
7:  xor ecx, ecx
    ret

# sendto(rbp, rsi, its length, MSG_NOSIGNAL)
say:
    xor edx, edx
8:  cmp byte ptr [rsi+rdx], 0
    je 9f
    inc rdx
    jmp 8b
9:  mov eax, 44
    mov rdi, rbp
    mov r10d, 0x4000
    xor r8d, r8d
    xor r9d, r9d
    syscall
    ret

look:
    cmp rdi, 3
    jl leave
    lea r12, [rbx+rdi*8+8]          # envp
10: mov rsi, [r12]
    test rsi, rsi
    jz leave
    mov rdi, [rbx+16]
    call after
    jz 11f
    cmp byte ptr [rax], 0
    je at_end
11: add r12, 8
    jmp 10b

hang:
    mov eax, 34                     # pause
    syscall
    jmp hang

leave:
    mov eax, 1                      # write(2, …)
    mov edi, 2
    lea rsi, leaving[rip]
    mov edx, 24
    syscall
    mov eax, 60
    mov edi, 3
    syscall

at_end:
    mov eax, 60
    xor edi, edi
    syscall

    .data
address:     .word 2, 0
             .long 0, 0, 0
at_sigterm:  .quad at_end, 0x04000000, at_end, 0
head:        .asciz "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
space:       .asciz " "
line:        .asciz "\n"
empty:       .asciz ""
revision_is: .asciz "K_REVISION="
greeting_is: .asciz "GREETING="
port_is:     .asciz "PORT="
leaving:     .ascii "hello: leaving at once.\n"
    .bss
request:     .skip 4097
