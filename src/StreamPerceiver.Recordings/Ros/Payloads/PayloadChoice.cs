namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>What is wanted of a topic's messages; null: what their type suggests.</summary>
/// <param name="Fields">Members of a reading, by name the path of a number.</param>
/// <param name="Array">The path of an array of numbers.</param>
/// <param name="Text">The path of a text.</param>
/// <param name="Bytes">The path of an array of bytes.</param>
/// <param name="ContentType">The content type of a text or of bytes.</param>
internal sealed record PayloadWish(
    IReadOnlyList<KeyValuePair<string, string>>? Fields = null, string? Array = null, string? Text = null, string? Bytes = null, string? ContentType = null);

/// <summary>Chooses how the messages of a type become payloads: as the map states, or else by the name of the type.</summary>
internal static class PayloadChoice
{
    /// <summary>What is supported, for messages.</summary>
    public const string Supported = "sensor_msgs/CompressedImage, Image, PointCloud2, LaserScan and NavSatFix, std_msgs/String and the arrays of std_msgs, "
        + "audio_common_msgs/AudioData and AudioDataStamped, foxglove_msgs/CompressedImage and RawAudio, any type with single numbers, "
        + "and any type by the keys fields, array, text or bytes of the map";

    private const string PlainText = "text/plain", MultiArray = "MultiArray";

    /// <summary>Chooses for a type.</summary>
    /// <exception cref="RosException">The type cannot be used, or has other fields than the map names.</exception>
    public static IRosPayloads For(RosMessageType type, PayloadWish wish)
    {
        if (wish.Fields is { } fields) return new Readings(type, fields);
        if (wish.Array is { } array) return new NumberArrays(type, array, layout: null);
        if (wish.Text is { } text) return new Texts(type, text, wish.ContentType ?? PlainText);
        if (wish.Bytes is { } bytes) return new RawBytes(type, bytes, wish.ContentType);
        switch (type.Name)
        {
            case "sensor_msgs/CompressedImage" or "foxglove_msgs/CompressedImage":
                return new CompressedPictures(type);
            case "sensor_msgs/Image":
                return new RawPictures(type);
            case "sensor_msgs/PointCloud2":
                return new PointClouds(type);
            case "sensor_msgs/LaserScan":
                return new LaserScans(type);
            case "sensor_msgs/NavSatFix":
                return new Fixes(type);
            case "std_msgs/String":
                return new Texts(type, "data", wish.ContentType ?? PlainText);
            case "audio_common_msgs/AudioData":
                return new RawBytes(type, "data", wish.ContentType);
            case "audio_common_msgs/AudioDataStamped":
                return new RawBytes(type, "audio.data", wish.ContentType);
            case "foxglove_msgs/RawAudio":
                return new RawSounds(type);
        }

        if (type.Name.StartsWith("std_msgs/", StringComparison.Ordinal) && type.Name.EndsWith(MultiArray, StringComparison.Ordinal))
            return new NumberArrays(type, "data", "layout");
        KeyValuePair<string, string>[] numbers = [.. SingleNumbers(type, "").Select(path => KeyValuePair.Create(path, path))];
        return numbers.Length > 0 ? new Readings(type, numbers) : throw new RosException($"type {type.Name} has no single number, expected {Supported}");
    }

    // The numbers of header and times are none of a reading.
    private static IEnumerable<string> SingleNumbers(RosMessageType type, string prefix) => type.Fields.Where(f => f.Array is null).SelectMany(f =>
        f.Kind.IsNumber() ? [prefix + f.Name]
        : f.Kind == RosKind.Message && f.Type!.Name is not ("std_msgs/Header" or "builtin_interfaces/Time") ? SingleNumbers(f.Type, $"{prefix}{f.Name}.")
        : []);
}
