using System.Buffers.Binary;
using System.Formats.Tar;
using System.Runtime.InteropServices;

namespace CdAutomation.LocalCloud.Containers;

/// <summary>
/// An image with one program of about 130 bytes that does nothing but exit with 0, made here so that trying an engine needs no network:
/// an ELF header, one program header and the three instructions of Linux's <c>exit(0)</c>.
/// </summary>
internal static class TrialImage
{
    public const string Program = "/exit";

    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const ulong LoadAddress = 0x400000;

    /// <summary>The root file system as <c>podman import</c> and <c>docker import</c> read it.</summary>
    public static byte[] Tar()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            using var program = new MemoryStream(Elf());
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, Program[1..])
            {
                DataStream = program,
                Mode = (UnixFileMode)0b111_101_101,
            });
        }

        return bytes.ToArray();
    }

    private static byte[] Elf()
    {
        var (machine, code) = RuntimeInformation.OSArchitecture == Architecture.Arm64
            // mov x0, #0; mov x8, #93; svc #0
            ? ((ushort)183, (byte[])[0x00, 0x00, 0x80, 0xD2, 0xA8, 0x0B, 0x80, 0xD2, 0x01, 0x00, 0x00, 0xD4])
            // mov eax, 60; xor edi, edi; syscall
            : ((ushort)62, (byte[])[0xB8, 0x3C, 0x00, 0x00, 0x00, 0x31, 0xFF, 0x0F, 0x05]);
        const int Start = HeaderSize + ProgramHeaderSize;
        var file = new byte[Start + code.Length];
        ((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file);
        Short(file, 16, 2);                                // an executable
        Short(file, 18, machine);
        Word(file, 20, 1);
        Long(file, 24, LoadAddress + Start);               // where it begins
        Long(file, 32, HeaderSize);                        // where the program header is
        Short(file, 52, HeaderSize);
        Short(file, 54, ProgramHeaderSize);
        Short(file, 56, 1);
        Word(file, HeaderSize, 1);                         // to be loaded,
        Word(file, HeaderSize + 4, 5);                     // readable and executable
        Long(file, HeaderSize + 16, LoadAddress);
        Long(file, HeaderSize + 24, LoadAddress);
        Long(file, HeaderSize + 32, (ulong)file.Length);
        Long(file, HeaderSize + 40, (ulong)file.Length);
        Long(file, HeaderSize + 48, 0x1000);
        code.CopyTo(file, Start);
        return file;
    }

    private static void Short(Span<byte> file, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file[at..], value);

    private static void Word(Span<byte> file, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file[at..], value);

    private static void Long(Span<byte> file, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file[at..], value);
}
