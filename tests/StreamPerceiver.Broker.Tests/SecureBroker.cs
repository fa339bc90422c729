using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Apache Kafka with SASL_SSL and rights. Users have only the rights they were granted. The administrator connects without encryption.</summary>
internal sealed partial class SecureBroker : IDisposable
{
    private readonly string _script;
    private readonly string _data = Directory.CreateTempSubdirectory("kafka-secure").FullName;
    private readonly IAdminClient _admin;

    public SecureBroker(string home)
    {
        _script = Path.Combine(home, "broker");
        int port = FreePort();
        for (int tries = 0; ; tries++)
        {
            ProgramResult start = Script("start", "--data", _data, "--port", $"{port}", "--secure", "--set", "allow.everyone.if.no.acl.found=false");
            if (start.ExitCode == 0) break;
            if (tries == 2) throw new InvalidOperationException($"{_script} start: {start.Output}{start.Error}");
        }

        (AdminAddress, Address) = ($"127.0.0.1:{port}", $"127.0.0.1:{port + 50}");
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = AdminAddress }).Build();
    }

    public string AdminAddress { get; }

    public string Address { get; }

    public string Ca => Path.Combine(_data, "ca.pem");

    /// <summary>The table of deploy/kafka-rights.md, an operation a right.</summary>
    public static IReadOnlyList<Right> Documented()
        => [.. from row in Row().Matches(File.ReadAllText(RepositoryRoot.Path("deploy", "kafka-rights.md")))
               from operation in row.Groups["operations"].Value.Split(", ")
               select new Right(row.Groups["type"].Value, row.Groups["name"].Value, row.Groups["pattern"].Value, operation)];

    public void CreateTopic(string topic, int partitions)
        => _admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]).GetAwaiter().GetResult();

    public void DeleteTopic(string topic) => _admin.DeleteTopicsAsync([topic]).GetAwaiter().GetResult();

    /// <summary>
    /// Grants a user these of the documented rights, and no others. The client here does not know rights on transactional ids: see
    /// <see cref="GrantTransactions"/>.
    /// </summary>
    public void Grant(string user, IReadOnlyList<Right> rights)
    {
        AclBinding[] granted = [.. Bindings(user, rights)];
        AclBinding[] others = [.. Bindings(user, Documented().Except(rights))];
        _admin.CreateAclsAsync(granted).GetAwaiter().GetResult(); // first, so that what stays is never gone
        if (others.Length > 0) _admin.DeleteAclsAsync(others.Select(o => o.ToFilter())).GetAwaiter().GetResult();
    }

    public void GrantTransactions(string user, Right right)
    {
        ProgramResult acls = Script(
            "acls", "--bootstrap-server", AdminAddress, "--add", "--allow-principal", $"User:{user}", "--operation", right.Operation,
            $"--{right.Type}", right.Name, "--resource-pattern-type", right.Pattern);
        if (acls.ExitCode != 0) throw new InvalidOperationException($"{_script} acls: {acls.Output}{acls.Error}");
    }

    private static IEnumerable<AclBinding> Bindings(string user, IEnumerable<Right> rights)
        => rights.Where(r => r.Type != "transactional-id").Select(r => new AclBinding
        {
            Pattern = new ResourcePattern
            {
                Type = Enum.Parse<ResourceType>(r.Type, ignoreCase: true),
                Name = r.Name,
                ResourcePatternType = Enum.Parse<ResourcePatternType>(r.Pattern, ignoreCase: true),
            },
            Entry = new AccessControlEntry
            {
                Principal = $"User:{user}",
                Host = "*",
                Operation = Enum.Parse<AclOperation>(r.Operation),
                PermissionType = AclPermissionType.Allow,
            },
        });

    public void Dispose()
    {
        _admin.Dispose();
        Script("stop", "--data", _data);
        Directory.Delete(_data, recursive: true);
    }

    private ProgramResult Script(params string[] arguments) => ProgramResult.Of("bash", [_script, .. arguments]);

    /// <summary>A port that is free, and so are those that the script puts above it: 50 for SASL_SSL, 101 for the controller.</summary>
    private static int FreePort()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            int port = ((IPEndPoint)first.LocalEndpoint).Port;
            using TcpListener secure = new(IPAddress.Loopback, port + 50), controller = new(IPAddress.Loopback, port + 101);
            try
            {
                secure.Start();
                controller.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another three.
            }
        }
    }

    [GeneratedRegex(@"^\| (?<type>[a-z-]+) `(?<name>[^`]+)` \| (?<pattern>\w+) \| (?<operations>[\w, ]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}

/// <summary>One operation on one resource.</summary>
/// <param name="Type">topic, group or transactional-id.</param>
/// <param name="Name">Its name, or what its name begins with.</param>
/// <param name="Pattern">literal or prefixed.</param>
/// <param name="Operation">Kafka's name of it.</param>
internal sealed record Right(string Type, string Name, string Pattern, string Operation);
