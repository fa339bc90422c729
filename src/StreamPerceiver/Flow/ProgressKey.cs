using System.Text;

namespace StreamPerceiver.Flow;

/// <summary>
/// Keys of the progress topic, which is compacted: what a restart must know of a lane beside its offsets. Values are whole numbers as decimal text.
/// Written by the last stage, read by the first.
/// </summary>
public static class ProgressKey
{
    /// <summary>Before an entity's name: the end of its last window that is out, in nanoseconds since 1970.</summary>
    public const string Entity = "entity/";

    /// <summary>Before an input's topic: the offset from which a restart reads.</summary>
    public const string ReadFrom = "read-from/";

    /// <summary>Before an input's topic: the offset up to which all dead letters and late records are out.</summary>
    public const string Reported = "reported/";

    /// <summary>The key, as it is stored.</summary>
    public static byte[] Of(string kind, string name) => Encoding.UTF8.GetBytes($"{kind}{name}");
}
