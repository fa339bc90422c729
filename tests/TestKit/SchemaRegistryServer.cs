using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace StreamPerceiver.TestKit;

/// <summary>
/// A schema registry on a free port: the routes that Confluent's clients use, with schemas in memory. A schema is the text that was registered, so one of
/// Protobuf must be registered as base64. Compatibility is not computed: <see cref="Incompatible"/> is the answer to every new schema.
/// </summary>
public sealed class SchemaRegistryServer : IDisposable
{
    private const int NoSubject = 40401;
    private const int NoVersion = 40402;
    private const int NoSchema = 40403;
    private const int Conflict = 409;

    private readonly Lock _gate = new();
    private readonly HttpListener _listener;
    private readonly List<JsonObject> _schemas = []; // of id 1 and so on
    private readonly Dictionary<string, List<int>> _subjects = new(StringComparer.Ordinal); // the ids of their versions
    private readonly Dictionary<string, string> _levels = new(StringComparer.Ordinal) { [""] = "BACKWARD" };
    private readonly List<string> _requests = [];

    /// <summary>Starts the server.</summary>
    /// <param name="port">The port; 0 (default): a free one.</param>
    public SchemaRegistryServer(int port = 0)
    {
        (_listener, Url) = Listen(port);
        _ = Task.Run(ServeAsync); // a test that waits for an answer may hold its own context
    }

    /// <summary>The server's address.</summary>
    public string Url { get; }

    /// <summary>The status that every request is answered with; null (default): the request is answered.</summary>
    public int? Broken { get; set; }

    /// <summary>The registry's reason against every new version of a subject that has one; null (default): it is taken.</summary>
    public string? Incompatible { get; set; }

    /// <summary>The user and password that are required, as <c>user:password</c>; null (default): none are.</summary>
    public string? User { get; set; }

    /// <summary>The requests so far: the method and the path.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_gate) return [.. _requests];
        }
    }

    /// <summary>Registers a schema under a subject. Returns its id.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="type">AVRO (default), PROTOBUF or JSON.</param>
    /// <param name="references">The name, subject and version of each schema that it needs (default: none).</param>
    public int Register(string subject, string schema, string type = "AVRO", params (string Name, string Subject, int Version)[] references)
    {
        var body = new JsonObject
        {
            ["schema"] = schema,
            ["schemaType"] = type,
            ["references"] = new JsonArray(
                [.. references.Select(r => new JsonObject { ["name"] = r.Name, ["subject"] = r.Subject, ["version"] = r.Version })]),
        };
        lock (_gate) return Add(subject, body)!.Value;
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Close();

    // A port that was free may be taken by another until the listener has it.
    private static (HttpListener Listener, string Url) Listen(int port)
    {
        for (int tries = 20; ; tries--)
        {
            string url = $"http://127.0.0.1:{(port == 0 ? FreePort() : port)}";
            var listener = new HttpListener { Prefixes = { $"{url}/" } };
            try
            {
                listener.Start();
                return (listener, url);
            }
            catch (HttpListenerException) when (port == 0 && tries > 1)
            {
                listener.Close();
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            string body = await new StreamReader(context.Request.InputStream).ReadToEndAsync();
            (int status, JsonNode answer) = Answer(context.Request, body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject());
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/vnd.schemaregistry.v1+json";
            await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer.ToJsonString()));
            context.Response.Close();
        }
    }

    private (int Status, JsonNode Answer) Answer(HttpListenerRequest request, JsonObject body)
    {
        string[] path = [.. request.Url!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        string? user = request.Headers["Authorization"] is { } header ? FromBase64(header.Split(' ')[^1]) : null;
        lock (_gate)
        {
            _requests.Add($"{request.HttpMethod} {request.Url.AbsolutePath}");
            if (Broken is { } status) return (status, Error(status, "the registry is broken"));
            if (User is not null && user != User) return (401, Error(40101, "the user is not known"));
            return (request.HttpMethod, path) switch
            {
                ("GET", ["schemas", "ids", var id]) => SchemaOf(int.Parse(id, CultureInfo.InvariantCulture)),
                ("GET", ["subjects", var subject, "versions", var version]) => VersionOf(subject, version),
                ("POST", ["subjects", var subject, "versions"]) => Registered(subject, body),
                ("POST", ["subjects", var subject]) => Known(subject, body),
                ("GET", ["config", .. var subject]) => (200, new JsonObject { ["compatibilityLevel"] = LevelOf(subject) }),
                ("PUT", ["config", .. var subject]) =>
                    (200, new JsonObject { ["compatibility"] = _levels[string.Join("", subject)] = Text(body, "compatibility") }),
                _ => (404, Error(404, "HTTP 404 Not Found")),
            };
        }
    }

    private (int Status, JsonNode Answer) SchemaOf(int id)
        => id > 0 && id <= _schemas.Count ? (200, _schemas[id - 1].DeepClone()) : (404, Error(NoSchema, $"Schema {id} not found"));

    private (int Status, JsonNode Answer) VersionOf(string subject, string version)
    {
        if (!_subjects.TryGetValue(subject, out List<int>? ids)) return (404, Error(NoSubject, $"Subject '{subject}' not found."));
        int number = version == "latest" ? ids.Count : int.Parse(version, CultureInfo.InvariantCulture);
        return number > 0 && number <= ids.Count ? (200, Described(subject, number)) : (404, Error(NoVersion, $"Version {version} not found."));
    }

    private (int Status, JsonNode Answer) Known(string subject, JsonObject body)
    {
        if (!_subjects.TryGetValue(subject, out List<int>? ids)) return (404, Error(NoSubject, $"Subject '{subject}' not found."));
        int index = ids.FindIndex(id => AreEqual(_schemas[id - 1], body));
        return index >= 0 ? (200, Described(subject, index + 1)) : (404, Error(NoSchema, "Schema not found"));
    }

    private (int Status, JsonNode Answer) Registered(string subject, JsonObject body)
        => Add(subject, body) is { } id ? (200, new JsonObject { ["id"] = id }) : (Conflict, Error(Conflict, Incompatible!));

    private int? Add(string subject, JsonObject body)
    {
        if (!_subjects.TryGetValue(subject, out List<int>? ids)) _subjects[subject] = ids = [];
        int index = _schemas.FindIndex(known => AreEqual(known, body));
        if (index >= 0 && ids.Contains(index + 1)) return index + 1;
        if (Incompatible is not null && ids.Count > 0) return null;
        if (index < 0)
        {
            index = _schemas.Count;
            _schemas.Add((JsonObject)body.DeepClone());
        }

        ids.Add(index + 1);
        return index + 1;
    }

    private JsonObject Described(string subject, int version)
    {
        int id = _subjects[subject][version - 1];
        var answer = (JsonObject)_schemas[id - 1].DeepClone();
        (answer["subject"], answer["version"], answer["id"]) = (subject, version, id);
        return answer;
    }

    private string LevelOf(string[] subject) => _levels.GetValueOrDefault(string.Join("", subject), _levels[""]);

    private static bool AreEqual(JsonObject one, JsonObject other)
        => Text(one, "schema") == Text(other, "schema") && Text(one, "schemaType", "AVRO") == Text(other, "schemaType", "AVRO");

    private static string Text(JsonObject json, string key, string otherwise = "") => json[key]?.GetValue<string>() ?? otherwise;

    private static JsonObject Error(int code, string message) => new() { ["error_code"] = code, ["message"] = message };

    private static string FromBase64(string text) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(text));
}
