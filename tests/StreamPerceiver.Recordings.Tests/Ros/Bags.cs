using System.Text;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Ros;

namespace StreamPerceiver.Recordings.Tests.Ros;

/// <summary>Makes types, messages and bags.</summary>
internal static class Bags
{
    /// <summary>The folder of what is beside the tests.</summary>
    public static string Golden(params string[] parts) => Path.Combine([AppContext.BaseDirectory, "Golden", .. parts]);

    /// <summary>Parses a definition.</summary>
    public static RosMessageType Type(string definition, string name = "test_msgs/msg/Some") => RosDefinition.Parse(name, Encoding.UTF8.GetBytes(definition));

    /// <summary>Makes a message of a type.</summary>
    public static RosMessage Message(RosMessageType type, params object[] values) => new(type, values);

    /// <summary>Makes a text as a message has it.</summary>
    public static RosText Text(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>Makes an array of bytes as a message has it.</summary>
    public static RosNumbers Bytes(params byte[] bytes) => new(RosKind.UInt8, bytes, IsBigEndian: false);

    /// <summary>Writes a bag with one channel.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">The definition of the messages; the id is given.</param>
    /// <param name="payloads">By log time, the messages.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="options">How the file is written.</param>
    /// <param name="encoding">The encoding of the messages.</param>
    public static void Write(
        string path, McapSchema schema, IEnumerable<(long Time, byte[] Payload)> payloads, string topic = "/some", McapWriterOptions? options = null,
        string encoding = "cdr")
    {
        using FileStream stream = File.Create(path);
        using var writer = new McapWriter(stream, options ?? new McapWriterOptions { Profile = "ros2" });
        writer.Add(schema);
        writer.Add(new McapChannel(1, schema.Id, topic, encoding, new Dictionary<string, string>()));
        foreach ((long time, byte[] payload) in payloads) writer.Add(new McapMessage(1, 0, (ulong)time, (ulong)time, payload));
    }

    /// <summary>Makes a schema.</summary>
    public static McapSchema Schema(string name, string definition, string encoding = "ros2msg") => new(1, name, encoding, Encoding.UTF8.GetBytes(definition));

    /// <summary>Encodes a <c>std_msgs/String</c> in little-endian CDR.</summary>
    public static byte[] StringPayload(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return [0, 1, 0, 0, .. BitConverter.GetBytes(utf8.Length + 1), .. utf8, 0];
    }
}
