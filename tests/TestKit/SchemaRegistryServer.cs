using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace StreamPerceiver.TestKit;

/// <summary>
/// A schema registry on a free port: the routes that Confluent's clients use, with schemas in memory. A schema is the text that was registered, so one of
/// Protobuf must be registered as base64. Compatibility is not computed: <see cref="Incompatible"/> is the answer to every new schema.
/// </summary>
public sealed partial class SchemaRegistryServer : IDisposable
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
            (int status, JsonNode answer) = AnswerOrError(context.Request, body);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/vnd.schemaregistry.v1+json";
            await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer.ToJsonString()));
            context.Response.Close();
        }
    }

    // A request that no client should send must not end the server: its test would wait for ever.
    private (int Status, JsonNode Answer) AnswerOrError(HttpListenerRequest request, string body)
    {
        try
        {
            return Answer(request, body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject());
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or FormatException or InvalidOperationException)
        {
            return (422, Error(42201, e.Message));
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
}
