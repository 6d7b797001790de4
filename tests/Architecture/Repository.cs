using System.Reflection;

namespace CdAutomation.Architecture;

/// <summary>The working tree, without what .gitignore leaves out, so that it reads the same with git and without.</summary>
internal static class Repository
{
    /// <summary>Absolute, without a closing separator.</summary>
    public static string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Metadata("Repository")));

    /// <summary>Every file, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root, new Ignored(Root)).Order(StringComparer.Ordinal)];

    /// <summary>Every C# source under functions/ and tests/.</summary>
    public static IEnumerable<string> Sources => Files.Where(IsSource);

    /// <summary>Every project under functions/ and tests/.</summary>
    public static IEnumerable<Project> Projects => Files
        .Where(it => it.EndsWith(".csproj", StringComparison.Ordinal))
        .Select(Project.Read);

    /// <summary>What the build was told when it built these tests.</summary>
    public static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(it => it.Key == key).Value!;

    /// <summary>The absolute path of a file of the repository.</summary>
    public static string Absolute(string file) => Path.Combine(Root, file);

    public static string Text(string file) => File.ReadAllText(Absolute(file));

    public static string[] Lines(string file) => File.ReadAllLines(Absolute(file));

    private static bool IsSource(string file) =>
        file.EndsWith(".cs", StringComparison.Ordinal)
        && (file.StartsWith("functions/", StringComparison.Ordinal) || file.StartsWith("tests/", StringComparison.Ordinal));

    private static IEnumerable<string> Walk(string folder, Ignored ignored)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (!ignored.File(Path.GetFileName(file)))
                yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        }

        foreach (var inner in Directory.EnumerateDirectories(folder).Where(it => !ignored.Folder(Path.GetFileName(it))))
        {
            foreach (var file in Walk(inner, ignored))
                yield return file;
        }
    }

    /// <summary>The two forms .gitignore has here: <c>folder/</c> and <c>*.ending</c>. Any other is an error, not a silent difference.</summary>
    private sealed class Ignored
    {
        private readonly HashSet<string> _folders = [".git"];
        private readonly List<string> _endings = [];

        public Ignored(string root)
        {
            foreach (var line in System.IO.File.ReadLines(Path.Combine(root, ".gitignore")).Where(it => it.Length > 0 && it[0] != '#'))
            {
                if (line.EndsWith('/') && line.IndexOfAny(['*', '?', '!']) < 0)
                    _folders.Add(line.Trim('/'));
                else if (line.StartsWith("*.", StringComparison.Ordinal))
                    _endings.Add(line[1..]);
                else
                    throw new InvalidOperationException($".gitignore: the architecture tests cannot read '{line}'");
            }
        }

        public bool Folder(string name) => _folders.Contains(name);

        // A worktree has a file of this name.
        public bool File(string name) => name == ".git" || _endings.Any(it => name.EndsWith(it, StringComparison.Ordinal));
    }
}
