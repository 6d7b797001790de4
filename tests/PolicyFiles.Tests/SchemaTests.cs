using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;
using CsCheck;

namespace CdAutomation.PolicyFiles.Tests;

public sealed class SchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(PolicySchema.Write())!;

    [Test]
    public void The_schema_is_always_the_same_text()
    {
        var again = PolicySchema.Write();
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(again), Schema), Is.True);
        Assert.That(again, Does.EndWith("}\n").And.Not.Contain("\r"));
        Assert.That(Schema["$schema"]!.GetValue<string>(), Is.EqualTo("https://json-schema.org/draft/2020-12/schema"));
    }

    [Test]
    public void Every_key_of_the_model_stands_in_the_schema_with_what_it_means()
    {
        var seen = 0;
        foreach (var (kind, at) in DocumentModel.Kinds.Select((kind, at) => (kind, at)))
            seen += Compare(DocumentModel.Of(kind.Kind, kind.Spec), Schema["oneOf"]![at]!, kind.Kind);
        Assert.That(seen, Is.GreaterThan(100));
    }

    /// <summary>A part of the full example, what stands there instead; each is refused for its shape.</summary>
    private static readonly (string Part, string Instead)[] Mutations =
    [
        ("cdautomation/v1", "cdautomation/v2"),
        ("kind: Pipeline", "kind: Pipelin"),
        ("metadata: { name: shop }", "metadata: { name: Shop }"),
        ("metadata: { name: shop }", "metadata: { name: shop, owner: me }"),
        ("metadata: { name: shop }", "metadata: shop"),
        ("mode: enforce", "mode: watch"),
        ("mode: enforce", "modes: enforce"),
        ("match: tag", "match: digest"),
        ("allowTags:  ['^v\\d']", "allowTags: '^v'"),
        ("ignoreTags: ['-debug$']", "ignoreTags: [7]"),
        ("filterTags: { pattern: '^v(?P<version>\\d+\\.\\d+\\.\\d+)$', extract: '$version' }", "filterTags: { extract: '$1' }"),
        ("policy: { semver: { range: '>=1.0.0 <2.0.0' } }", "policy: {}"),
        ("policy: { semver: { range: '>=1.0.0 <2.0.0' } }", "policy: { newest: {}, digest: { tag: latest } }"),
        ("{ range: '>=1.0.0 <2.0.0' }", "{ range: '1.x', level: minor }"),
        ("{ range: '>=1.0.0 <2.0.0' }", "{ range: '1.x', matchPreRelease: true }"),
        ("{ range: '>=1.0.0 <2.0.0' }", "{ level: biggest }"),
        ("platform: linux/amd64", "platform: linux"),
        ("minimumReleaseAge: 10m", "minimumReleaseAge: 10"),
        ("minimumReleaseAge: 10m", "minimumReleaseAge: -10m"),
        ("minimumReleaseAge: 10m", "minimumReleaseAge: 10m1h"),
        ("minimumReleaseAge: 10m", "minimumReleaseAge: PT"),
        ("soakTime: 30m", "soakTime: 30"),
        ("{ stage: staging, soakTime: 30m }", "{ soakTime: 30m }"),
        ("{ workerPool: mail, image: batch,", "{ workerPool: mail, service: mail, image: batch,"),
        ("{ workerPool: mail, image: batch,", "{ image: batch,"),
        ("project: acme, region: asia-northeast1, container: app", "project: acme, container: app"),
        ("triggers: [web-release]", "triggers: []"),
        ("status: SUCCESS, triggers", "status: WORKING, triggers"),
        ("days: mon-thu, hours", "days: mon-thr, hours"),
        ("hours: '10:00-17:00'", "hours: 10-17"),
        ("days: mon-thu, hours: '10:00-17:00'", "from: '2026-12-28'"),
        ("days: mon-thu, hours: '10:00-17:00'", "from: '2026-12-28', to: '2026-12-29', days: mon"),
        ("kind: allow, days: mon-thu", "days: mon-thu"),
        ("timeZone: Asia/Tokyo, reason: year end", "reason: year end"),
        ("count: 2", "count: 0"),
        ("from: ['group:sre@acme.example']", "from: [sre]"),
        ("notAuthor: true", "notAuthor: 'yes'"),
        ("atMost: 3", "atMost: 101"),
        ("atMost: HIGH", "atMost: high"),
        ("url: 'https://", "url: 'ftp://"),
        ("publicKey: keys/release.pub", "publicKey: ../release.pub"),
        ("publicKey: keys/release.pub", "publicKey: keys/release.pub, pem: x"),
        ("setWeight: 50", "setWeight: 150"),
        ("{ setWeight: 50 }", "{ setWeight: 50, pause: 1m }"),
        ("maxErrorRate: 1%", "maxErrorRate: 0.01"),
        ("maxErrorRate: 1%, maxLatencyP95: 800ms, ", ""),
        ("{ slack: releases }", "{ email: releases }"),
        ("at: '2026-12-30T11:00:00+09:00' }", "at: '2026-12-30T11:00:00' }"),
        ("verdict: hold, by: windows }", "verdict: wait, by: windows }"),
        ("except: [pipeline:hotfix]", "except: [hotfix]"),
        ("answers: { signature: pass,", "answers: { windows: pass,"),
        ("tag: v1.4.9\n", "tag: 'v 1'\n"),
    ];

    [Test]
    [Category("Node")]
    public async Task An_independent_validator_takes_what_the_reader_takes_and_refuses_what_it_refuses_for_its_shape()
    {
        var right = Policies.Samples.Append(Policies.Full[0]).SelectMany(file => Documents(file.Text)).ToArray();
        var generated = Generated.Sets.Array[50].Single().SelectMany(Generated.AsFiles)
            .Where(file => file.Path.EndsWith(".yaml", StringComparison.Ordinal)).SelectMany(file => Documents(file.Text)).ToArray();
        var wrong = Mutations.Select(Mutated).ToArray();
        var valid = await ValidateAsync([.. right, .. generated, .. wrong.SelectMany(documents => documents)]);

        Assert.That(valid[..(right.Length + generated.Length)], Is.All.True);
        var at = right.Length + generated.Length;
        foreach (var (mutation, documents) in Mutations.Zip(wrong))
        {
            Assert.That(valid[at..(at + documents.Length)], Has.Exactly(1).False, $"{mutation}");
            at += documents.Length;
        }
    }

    private static JsonNode[] Mutated((string Part, string Instead) mutation)
    {
        var text = Policies.Full[0].Text;
        var at = text.IndexOf(mutation.Part, StringComparison.Ordinal);
        Assert.That(at, Is.GreaterThanOrEqualTo(0), mutation.Part);
        var changed = text.Remove(at, mutation.Part.Length).Insert(at, mutation.Instead);
        Assert.That(PolicyReader.Read([Policies.Full[0] with { Text = changed }, Policies.Full[1]]).Valid, Is.False, mutation.Instead);
        return Documents(changed);
    }

    private static int Compare(Shape shape, JsonNode schema, string path)
    {
        var seen = 0;
        Assert.That(schema["additionalProperties"]!.GetValue<bool>(), Is.False, path);
        Assert.That(schema["properties"]!.AsObject().Select(property => property.Key), Is.EqualTo(shape.Names), path);
        foreach (var key in shape.Keys)
        {
            var property = schema["properties"]![key.Name]!;
            Assert.That(property["description"]!.GetValue<string>(), Has.Length.GreaterThan(3), $"{path}.{key.Name}");
            Assert.That(schema["required"]?.AsArray().Any(name => name!.GetValue<string>() == key.Name) ?? false, Is.EqualTo(key.Required), $"{path}.{key.Name}");
            seen += 1 + Below(key.Form, property, $"{path}.{key.Name}");
        }
        return seen;
    }

    private static int Below(Form form, JsonNode schema, string path) => form switch
    {
        Form.Mapping mapping => Compare(mapping.Shape, schema, path),
        Form.Named named => Compare(named.Value, schema["additionalProperties"]!, path),
        Form.List list => Below(list.Item, schema["items"]!, path),
        _ => 0,
    };

    /// <summary>What an editor would give the validator: the documents of a YAML text as JSON.</summary>
    private static JsonNode[] Documents(string text) =>
        [.. YamlDocuments.Read(text, new ProblemList("p.yaml")).Select(document => Json(document.Root)!)];

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlNode.Mapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, Json(entry.Value)))),
        YamlNode.Sequence list => new JsonArray([.. list.Items.Select(Json)]),
        YamlNode.Scalar { IsNull: true } => null,
        YamlNode.Scalar { Boolean: { } flag } => JsonValue.Create(flag),
        YamlNode.Scalar { IsNumber: true } number => JsonValue.Create(decimal.Parse(number.Text, System.Globalization.CultureInfo.InvariantCulture)),
        YamlNode.Scalar scalar => JsonValue.Create(scalar.Text),
        _ => throw new UnreachableException(),
    };

    private static async Task<bool[]> ValidateAsync(JsonNode[] documents)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Node");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "ajv")))
            await RunAsync("npm", ["ci", "--ignore-scripts", "--loglevel=error"], folder, "");
        var input = new JsonObject { ["schema"] = Schema.DeepClone(), ["documents"] = new JsonArray([.. documents.Select(one => one.DeepClone())]) };
        return JsonSerializer.Deserialize<bool[]>(await RunAsync("node", ["validate.mjs"], folder, input.ToJsonString()))!;
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string folder, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var error = process.StandardError.ReadToEndAsync(late.Token);
        var output = process.StandardOutput.ReadToEndAsync(late.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), late.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(late.Token);
        Assert.That(process.ExitCode, Is.Zero, await error);
        return await output;
    }
}
