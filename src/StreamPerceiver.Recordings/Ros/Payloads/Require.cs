namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>Finds fields that a type must have. A type without the field, or with one of another kind, is refused.</summary>
internal static class Require
{
    /// <summary>Finds a single number, true or false.</summary>
    public static RosPath Number(RosMessageType type, string path) => Field(type, path, "a single number", p => !p.IsArray && p.Field.Kind.IsNumber());

    /// <summary>Finds a single whole number.</summary>
    public static RosPath Whole(RosMessageType type, string path)
        => Field(type, path, "a single whole number of 32 bits or less", p => !p.IsArray && p.Field.Kind is > RosKind.Bool and <= RosKind.UInt32);

    /// <summary>Finds an array of numbers.</summary>
    public static RosPath Numbers(RosMessageType type, string path) => Field(type, path, "an array of numbers", p => p.IsArray && p.Field.Kind.IsNumber());

    /// <summary>Finds an array of bytes.</summary>
    public static RosPath Bytes(RosMessageType type, string path)
        => Field(type, path, "an array of bytes", p => p.IsArray && p.Field.Kind is (RosKind.UInt8 or RosKind.Int8));

    /// <summary>Finds a field that is a text.</summary>
    public static RosPath Text(RosMessageType type, string path) => Field(type, path, "a text", p => !p.IsArray && p.Field.Kind == RosKind.String);

    /// <summary>Finds an array of messages.</summary>
    public static RosPath Messages(RosMessageType type, string path)
        => Field(type, path, "an array of messages", p => p.IsArray && p.Field.Kind == RosKind.Message);

    /// <summary>Reads a whole number that cannot be negative.</summary>
    /// <exception cref="RosException">It is.</exception>
    public static long Count(RosPath path, RosMessage message)
        => path.Read<object>(message) is long count and >= 0 ? count : throw new RosException($"{path} is negative or no number, expected 0 or more");

    private static RosPath Field(RosMessageType type, string path, string expected, Predicate<RosPath> isRight)
    {
        RosPath found = RosPath.Find(type, path);
        if (isRight(found)) return found;
        string kind = found.Field.Kind == RosKind.Message ? found.Field.Type!.Name : found.Field.Kind.ToString().ToLowerInvariant();
        throw new RosException($"{type.Name} has {kind}{(found.IsArray ? "[]" : "")} as {path}, expected {expected}");
    }
}
