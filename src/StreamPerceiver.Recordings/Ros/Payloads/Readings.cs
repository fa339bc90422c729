using System.Text.Json;

namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>Numbers of messages, as readings in JSON. NaN and infinity have no place in JSON: such a member is left out, and counted.</summary>
internal sealed class Readings : IRosPayloads
{
    private readonly KeyValuePair<string, RosPath>[] _members;

    /// <summary>Finds the numbers in the type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="members">By the member's name, the path of its number.</param>
    /// <exception cref="RosException">The type has no such number.</exception>
    public Readings(RosMessageType type, IEnumerable<KeyValuePair<string, string>> members)
        => _members = [.. members.Select(m => KeyValuePair.Create(m.Key, Require.Number(type, m.Value)))];

    /// <inheritdoc/>
    public RosPayload Convert(RosMessage message)
    {
        using var bytes = new MemoryStream();
        int notFinite = 0;
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach ((string name, RosPath path) in _members)
                if (!TryWrite(json, name, path.Read<object>(message)))
                    notFinite++;
            json.WriteEndObject();
        }

        return notFinite < _members.Length
            ? new RosPayload(bytes.ToArray(), "application/json", notFinite)
            : throw new RosException($"{_members[0].Value} and all other numbers are NaN or infinite, expected a finite number");
    }

    private static bool TryWrite(Utf8JsonWriter json, string name, object number)
    {
        switch (number)
        {
            case bool flag:
                json.WriteNumber(name, flag ? 1 : 0);
                return true;
            case long whole:
                json.WriteNumber(name, whole);
                return true;
            case ulong large:
                json.WriteNumber(name, large);
                return true;
            case float single when float.IsFinite(single):
                json.WriteNumber(name, single);
                return true;
            case double real when double.IsFinite(real):
                json.WriteNumber(name, real);
                return true;
            default:
                return false;
        }
    }
}
