using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace StreamPerceiver.Schemas.Protobuf;

/// <summary>Reads descriptors of Protobuf messages: from a file that <c>protoc</c> writes, or from a registry.</summary>
internal static class ProtobufSchema
{
    // Serializers do not register these files, since every library of Protobuf has them.
    private static readonly FileDescriptor[] WellKnown =
    [
        AnyReflection.Descriptor, ApiReflection.Descriptor, DurationReflection.Descriptor, EmptyReflection.Descriptor, FieldMaskReflection.Descriptor,
        SourceContextReflection.Descriptor, StructReflection.Descriptor, TimestampReflection.Descriptor, TypeReflection.Descriptor,
        WrappersReflection.Descriptor, DescriptorReflection.Descriptor,
    ];

    /// <summary>Reads all messages of a descriptor set, nested ones included.</summary>
    /// <param name="set">What <c>protoc --include_imports -o</c> writes.</param>
    /// <exception cref="SchemaException">It is no such set.</exception>
    public static IReadOnlyList<MessageDescriptor> ReadSet(byte[] set)
        => Guarded(() => FileDescriptor.BuildFromByteStrings(FileDescriptorSet.Parser.ParseFrom(set).File.Select(f => f.ToByteString()))
            .SelectMany(f => f.MessageTypes).SelectMany(WithNested).ToArray());

    /// <summary>Reads the file of a registered schema.</summary>
    /// <exception cref="SchemaException">It is no file's descriptor, or one that it needs is missing.</exception>
    public static FileDescriptor Read(RegisteredSchema schema) => Guarded(() =>
    {
        List<FileDescriptorProto> files = [];
        Dictionary<string, FileDescriptorProto> known = WellKnown.Select(f => f.ToProto()).Concat(ConfluentTypes.Files)
            .ToDictionary(f => f.Name, StringComparer.Ordinal);
        foreach ((string name, string text) in schema.References) known[name] = Parse(text, name);
        AddWithImports(Parse(schema.Text, "the schema"), known, files);
        return FileDescriptor.BuildFromByteStrings(files.Select(f => f.ToByteString()))[^1];
    });

    /// <summary>Finds a message by the indexes with which a serializer names it: its place in the file, then its places in the messages around it.</summary>
    public static MessageDescriptor? Find(FileDescriptor file, ReadOnlySpan<int> indexes)
    {
        IList<MessageDescriptor> messages = file.MessageTypes;
        MessageDescriptor? found = null;
        foreach (int index in indexes)
        {
            if (index < 0 || index >= messages.Count) return null;
            found = messages[index];
            messages = found.NestedTypes;
        }

        return found;
    }

    private static void AddWithImports(FileDescriptorProto file, Dictionary<string, FileDescriptorProto> known, List<FileDescriptorProto> files)
    {
        foreach (string import in file.Dependency)
        {
            if (files.Exists(f => f.Name == import)) continue;
            if (!known.Remove(import, out FileDescriptorProto? needed)) throw new SchemaException($"{import} is imported and not registered");
            AddWithImports(needed, known, files);
        }

        files.Add(file);
    }

    // A reference has the name by which it is imported, whatever its own descriptor states.
    private static FileDescriptorProto Parse(string text, string name)
    {
        FileDescriptorProto file = FileDescriptorProto.Parser.ParseFrom(Convert.FromBase64String(text));
        file.Name = name;
        return file;
    }

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not SchemaException) // the library has no one exception for a bad descriptor
        {
            throw new SchemaException(e.Message, e);
        }
    }

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message)
        => message.NestedTypes.Where(m => m.ToProto().Options?.MapEntry != true).SelectMany(WithNested).Prepend(message);
}
