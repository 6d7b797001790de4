using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Pages of lists that are newest first (AIP-158). A token holds the last creation stamp seen and the list it belongs to.
/// </summary>
internal static class PageTokens
{
    private const int Usual = 100;
    private const int Most = 1000;

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a negative size.</exception>
    public static int Size(int asked) => asked switch
    {
        < 0 => throw Refusal.InvalidArgument("page_size: must not be negative."),
        0 => Usual,
        _ => Math.Min(asked, Most),
    };

    /// <summary>Items of the page were created before this stamp.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: not a token of ours, or one of another list.</exception>
    public static long Before(string token, string parent)
    {
        if (token.Length == 0) return long.MaxValue;
        var bytes = new byte[Math.Min(token.Length, 1024)];
        if (token.Length <= 1024 && Base64Url.DecodeFromChars(token, bytes, out _, out var length) == OperationStatus.Done
            && Encoding.UTF8.GetString(bytes, 0, length).Split(' ') is [var stamp, var list] && list == parent
            && long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var before))
            return before;
        throw Refusal.InvalidArgument("page_token: not a token of this list.");
    }

    /// <summary>Cuts a list that was asked for with one item more than the page holds.</summary>
    public static (IEnumerable<T> Page, string Next) Cut<T>(IReadOnlyList<T> items, int size, string parent, Func<T, long> created) =>
        items.Count > size
            ? (items.Take(size), Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{created(items[size - 1])} {parent}")))
            : (items, "");
}
