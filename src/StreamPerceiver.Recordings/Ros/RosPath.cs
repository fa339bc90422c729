using System.Globalization;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Ros;

/// <summary>
/// The place of a value in the messages of a type, such as <c>header.frame_id</c> or <c>transforms[0].child_frame_id</c>. It is checked against the type once.
/// </summary>
internal sealed class RosPath
{
    private readonly string _text;
    private readonly List<(int Field, int? Item)> _steps = [];

    private RosPath(string text) => _text = text;

    /// <summary>The field at the end of the path.</summary>
    public RosField Field { get; private set; } = null!;

    /// <summary>Whether the path ends with a whole array.</summary>
    public bool IsArray => Field.Array is not null && _steps[^1].Item is null;

    /// <summary>Finds a path in a type.</summary>
    /// <exception cref="RosException">The type has no such field.</exception>
    public static RosPath Find(RosMessageType type, string text) => TryFind(type, text, out string problem) ?? throw new RosException(problem);

    /// <summary>Finds a path in a type; null, with the problem, where the type has none.</summary>
    public static RosPath? TryFind(RosMessageType type, string text, out string problem)
    {
        var path = new RosPath(text);
        problem = "";
        RosMessageType? owner = type;
        foreach (string part in text.Split('.'))
        {
            string name = part;
            int? item = null;
            int bracket = part.IndexOf('[', StringComparison.Ordinal);
            if (bracket >= 0 && part.EndsWith(']') && int.TryParse(part[(bracket + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int index))
                (name, item) = (part[..bracket], index);
            int field = owner?.IndexOf(name) ?? -1;
            if (field < 0)
            {
                string known = owner is null ? "no field behind a value" : $"one of {string.Join(", ", owner.Fields.Select(f => f.Name))}";
                string where = owner is null || owner == type ? "" : $" of {owner.Name}";
                problem = $"{type.Name} has no field {JsonProblem.Shorten(text)}, expected {known}{where}";
                return null;
            }

            path.Field = owner!.Fields[field];
            path._steps.Add((field, item));
            bool isFixedBeyond = path.Field.Array is { IsFixed: true } array && item >= array.Length;
            if ((item is not null && path.Field.Array is null) || isFixedBeyond)
            {
                string has = isFixedBeyond ? $"{path.Field.Array!.Length} values" : "a single value";
                problem = $"{type.Name} has no value {JsonProblem.Shorten(text)}: {name} has {has}";
                return null;
            }

            owner = path.Field.Array is null || item is not null ? path.Field.Type : null;
        }

        return path;
    }

    /// <summary>Reads the value; null where an array of the message is too short for it.</summary>
    public object? Read(RosMessage message)
    {
        object value = message;
        foreach ((int field, int? item) in _steps)
        {
            value = ((RosMessage)value).Values[field];
            if (item is not { } index) continue;
            object? at = value switch
            {
                RosNumbers numbers => index < numbers.Count ? numbers.At(index) : null,
                object[] values => index < values.Length ? values[index] : null,
                _ => null,
            };
            if (at is null) return null;
            value = at;
        }

        return value;
    }

    /// <summary>Reads a value that must be there.</summary>
    /// <exception cref="RosException">An array of the message is too short for it.</exception>
    public T Read<T>(RosMessage message) => (T)(Read(message) ?? throw new RosException($"{_text} is not there, since its array is too short"));

    /// <inheritdoc/>
    public override string ToString() => _text;
}
