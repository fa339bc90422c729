using System.Text.Json;

namespace StreamPerceiver.Outputs;

/// <summary>What is published of one output in a window. Each kind of output has its own.</summary>
/// <param name="Name">The model output.</param>
public abstract record OutputReading(string Name)
{
    /// <summary>What goes to the output's own topic; null (default): nothing.</summary>
    public virtual OutputRecords? Records => null;

    /// <summary>Writes the members of the output's object in the prediction, as <c>pipelines/prediction.schema.json</c> has them.</summary>
    internal abstract void WriteMembers(Utf8JsonWriter json);

    /// <summary>Writes a list as a member of the output's object.</summary>
    private protected static void WriteList<T>(Utf8JsonWriter json, string key, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(key);
        foreach (T item in items) write(json, item);
        json.WriteEndArray();
    }

    /// <summary>Writes a list of objects as a member of the output's object.</summary>
    private protected static void WriteObjects<T>(Utf8JsonWriter json, string key, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> writeMembers)
        => WriteList(json, key, items, (writer, item) =>
        {
            writer.WriteStartObject();
            writeMembers(writer, item);
            writer.WriteEndObject();
        });

    /// <summary>Writes numbers as a member of the output's object.</summary>
    private protected static void WriteNumbers(Utf8JsonWriter json, string key, IReadOnlyList<float> numbers)
        => WriteList(json, key, numbers, (writer, number) => writer.WriteNumberValue(number));
}
