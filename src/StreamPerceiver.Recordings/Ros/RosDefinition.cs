using System.Buffers;
using System.Globalization;
using System.Text;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Ros;

/// <summary>
/// Parses the definition of a message as rosbag2 stores it (schema encoding <c>ros2msg</c>): the definition itself, and behind lines of <c>=</c> those of the
/// types that it uses, each after a line <c>MSG: package/Name</c>.
/// </summary>
internal sealed class RosDefinition
{
    private const int MostBytes = 1 << 20, MostDepth = 32;
    private const string TypeLine = "MSG:", PartsLine = "---";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    // A few writers leave out the two types that every package has.
    private static readonly Dictionary<string, IReadOnlyList<string>> Known = new(StringComparer.Ordinal)
    {
        ["builtin_interfaces/Time"] = ["int32 sec", "uint32 nanosec"],
        ["builtin_interfaces/Duration"] = ["int32 sec", "uint32 nanosec"],
    };

    private readonly Dictionary<string, IReadOnlyList<string>> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RosMessageType?> _types = new(StringComparer.Ordinal);

    /// <summary>Parses the definition of a type, with the types that it uses.</summary>
    /// <param name="name">The name of the schema, such as <c>sensor_msgs/msg/Imu</c>.</param>
    /// <param name="text">The schema.</param>
    /// <exception cref="RosException">It is no such definition, or a type in it is not defined.</exception>
    public static RosMessageType Parse(string name, ReadOnlySpan<byte> text)
    {
        if (text.Length > MostBytes) throw new RosException($"{name}: the definition has {text.Length} bytes, expected at most {MostBytes}");
        var definition = new RosDefinition();
        definition.Split(Normalise(name), Encoding.UTF8.GetString(text));
        return definition.Resolve(Normalise(name), 0);
    }

    // rosbag2 writes sensor_msgs/msg/Imu in one place, and sensor_msgs/Imu in another.
    private static string Normalise(string name) => name.Split('/') is [var package, _, .., var last] ? $"{package}/{last}" : name;

    private void Split(string name, string text)
    {
        List<string> lines = [];
        _lines.Add(name, lines);
        string[] all = text.Split('\n');
        for (int i = 0; i < all.Length; i++)
        {
            string line = all[i].Trim();
            if (line.Length < 3 || line.Trim('=').Length > 0)
            {
                lines.Add(line);
                continue;
            }

            string head = ++i < all.Length ? all[i].Trim() : "";
            if (!head.StartsWith(TypeLine, StringComparison.Ordinal))
                throw new RosException($"{name}: line {i + 1} of the definition is '{JsonProblem.Shorten(head)}', expected {TypeLine} and a type");
            lines = [];
            _lines[Normalise(head[TypeLine.Length..].Trim())] = lines;
        }
    }

    private RosMessageType Resolve(string name, int depth)
    {
        if (_types.TryGetValue(name, out RosMessageType? known))
            return known ?? throw new RosException($"type {name} contains itself, expected a type of finite size");
        if (depth > MostDepth) throw new RosException($"type {name} is {depth} messages deep, expected at most {MostDepth}");
        IReadOnlyList<string> lines = _lines.GetValueOrDefault(name) ?? Known.GetValueOrDefault(name)
            ?? throw new RosException($"type {name} is not defined, expected its definition in the file");
        _types[name] = null;
        RosField[] fields = [.. lines.Select(line => ParseLine(line, name, depth)).OfType<RosField>()];
        if (fields.GroupBy(f => f.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new RosException($"type {name} has the field {twice.Key} twice, expected once");
        return (_types[name] = new RosMessageType(name, fields))!;
    }

    // A type, a name, and behind it a default; a constant has = there. The default may hold anything, and is not needed.
    private RosField? ParseLine(string line, string owner, int depth)
    {
        string code = line.Split('#')[0].Trim();
        if (code.Length == 0) return null;
        if (code == PartsLine) throw new RosException($"type {owner} is a service or an action, expected a message");
        int space = code.AsSpan().IndexOfAny(' ', '\t');
        string rest = space < 0 ? "" : code[space..].TrimStart();
        int end = rest.AsSpan().IndexOfAnyExcept(NameCharacters);
        string name = end < 0 ? rest : rest[..end], behind = rest[name.Length..];
        bool isName = name.Length > 0 && !char.IsAsciiDigit(name[0]) && (behind.Length == 0 || behind[0] is ' ' or '\t' or '=');
        if (!isName) throw new RosException($"type {owner} has the line '{JsonProblem.Shorten(line)}', expected a type and a name");
        if (behind.TrimStart().StartsWith('=')) return null;
        return ParseType(code[..space], name, owner, depth);
    }

    private RosField ParseType(string text, string name, string owner, int depth)
    {
        RosArray? array = null;
        string item = text;
        int bracket = text.IndexOf('[', StringComparison.Ordinal);
        if (bracket >= 0)
        {
            string size = text[bracket..];
            item = text[..bracket];
            array = size == "[]" ? new RosArray(uint.MaxValue, IsFixed: false)
                : size.StartsWith("[<=", StringComparison.Ordinal) ? new RosArray(Number(size[3..]), IsFixed: false)
                : new RosArray(Number(size[1..]), IsFixed: true);
        }

        string[] bounded = item.Split("<=");
        bool isBounded = bounded is ["string" or "wstring", _];
        uint most = isBounded ? Number($"{bounded[1]}]") : uint.MaxValue;
        if (isBounded) item = bounded[0];
        if (RosKinds.ByName.TryGetValue(item, out RosKind kind)) return new RosField(name, kind, null, array, most);
        return new RosField(name, RosKind.Message, Resolve(FullName(item, owner), depth + 1), array);

        uint Number(string digits)
            => digits.EndsWith(']') && uint.TryParse(digits[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
                ? number
                : throw new RosException($"type {owner} has the field {name} of the type '{JsonProblem.Shorten(text)}', expected a whole number as its size");
    }

    // A name without a package is of the package of the type that uses it.
    private static string FullName(string type, string owner)
        => type.Contains('/', StringComparison.Ordinal) ? Normalise(type) : $"{owner.Split('/')[0]}/{type}";
}
