using System.Text;

namespace StreamPerceiver.Flow;

/// <summary>
/// Keys of the progress topic, which is compacted. The topic has what a restart must know of a lane beside the committed offsets. A value is a whole number as
/// decimal text, but for <see cref="Clocks"/>. Behind an offset follows the id of its topic, after a space. The last stage writes the entries, and the first
/// stage reads them.
/// </summary>
public static class ProgressKey
{
    /// <summary>The prefix of an entity's name. The value is the end of its last published window, in nanoseconds since 1970.</summary>
    public const string Entity = "entity/";

    /// <summary>
    /// The prefix of an input's topic, followed by a slash and the input's name where it takes a part of the topic. The value is the offset from which a
    /// restart reads.
    /// </summary>
    public const string ReadFrom = "read-from/";

    /// <summary>The prefix of the same name. The value is how far the entities had come before that offset: <see cref="ClockState.ToJson"/>.</summary>
    public const string Clocks = "clocks/";

    /// <summary>The prefix of an input's topic. The value is the offset up to which all dead letters and late records are published.</summary>
    public const string Reported = "reported/";

    /// <summary>
    /// The prefix of an input's topic. The value is the offset that the same transaction commits. It shows whether the group's offsets were changed.
    /// </summary>
    public const string Committed = "committed/";

    /// <summary>Encodes a key as it is stored: the prefix, then the name, in UTF-8.</summary>
    public static byte[] Encode(string kind, string name) => Encoding.UTF8.GetBytes($"{kind}{name}");
}
